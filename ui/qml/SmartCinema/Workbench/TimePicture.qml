import QtQuick
import QtQuick.Shapes
import SmartCinema.Theme

// Cuts and dialogue load of a stretch of the film: three paths, for there may be thousands of either.
Shape {
    id: root

    property var cuts: []
    property var load: []
    property real begin: 0
    property real end: 1
    property real loadTop: 0
    property real loadHeight: height
    readonly property real full: 1.5

    function place(at) {
        return (at - begin) * width / Math.max(1, end - begin);
    }
    function bar(left, top, wide, tall) {
        return "M" + left.toFixed(1) + " " + top.toFixed(1) + "h" + wide.toFixed(1) + "v" + tall.toFixed(1) + "h-" + wide.toFixed(1) + "z";
    }
    function lines() {
        const columns = new Set(cuts.map(cut => Math.round(place(cut))));
        return Array.from(columns, column => bar(column, 0, 1, height)).join("") || "M0 0";
    }
    function loads(peaks) {
        const floor = loadTop + loadHeight;
        let path = "";
        for (let at = 0; at < load.length; at += 3) {
            if (load[at + 2] > 1 !== peaks)
                continue;
            const left = Math.max(0, place(load[at]));
            const right = Math.min(width, place(load[at + 1]));
            const tall = Math.min(full, load[at + 2]) / full * loadHeight;
            path += bar(left, floor - tall, Math.max(1, right - left - 0.5), tall);
        }
        return path || "M0 0";
    }

    ShapePath {
        strokeWidth: -1
        fillColor: Theme.line

        PathSvg {
            path: root.lines()
        }
    }
    ShapePath {
        strokeWidth: -1
        fillColor: Theme.faint

        PathSvg {
            path: root.loads(false)
        }
    }
    ShapePath {
        strokeWidth: -1
        fillColor: Theme.danger

        PathSvg {
            path: root.loads(true)
        }
    }
}
