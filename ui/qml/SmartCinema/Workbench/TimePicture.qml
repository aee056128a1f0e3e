import QtQuick
import SmartCinema.Theme

// Cuts and dialogue load of a stretch of the film: painted, for there may be thousands.
Canvas {
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

    onCutsChanged: requestPaint()
    onLoadChanged: requestPaint()
    onBeginChanged: requestPaint()
    onEndChanged: requestPaint()
    onPaint: {
        const context = getContext("2d");
        context.clearRect(0, 0, width, height);
        context.fillStyle = Theme.line;
        for (const cut of cuts)
            context.fillRect(Math.round(place(cut)), 0, 1, height);
        const floor = loadTop + loadHeight;
        for (let at = 0; at < load.length; at += 3) {
            const left = Math.max(0, place(load[at]));
            const right = Math.min(width, place(load[at + 1]));
            const tall = Math.min(full, load[at + 2]) / full * loadHeight;
            context.fillStyle = load[at + 2] > 1 ? Theme.danger : Theme.faint;
            context.fillRect(left, floor - tall, Math.max(1, right - left - 0.5), tall);
        }
    }
}
