pragma Singleton
import QtQuick

QtObject {
    property bool reducedMotion: false
    property real captionScale: 1

    // "dark", "light", or "system"; the lights are out while a film is on.
    property string look: "dark"
    property bool lightsOut: false
    readonly property bool light: !lightsOut && (look === "light" || look === "system" && Application.styleHints.colorScheme === Qt.ColorScheme.Light)

    // Whose Han characters are drawn, as the families' names end.
    property string place: ""

    readonly property string serif: "Smart Cinema Serif" + place
    readonly property string sans: "Smart Cinema Sans" + place

    readonly property color background: light ? "#f6f1e8" : "#0f0d0b"
    readonly property color surface: light ? "#fffdf8" : "#191613"
    readonly property color raised: light ? "#eae1d3" : "#25201b"
    readonly property color line: light ? "#d3c7b6" : "#42392f"
    // Outlines that say where something can be typed, moved or switched.
    readonly property color edge: light ? "#83766a" : "#857768"
    readonly property color text: light ? "#211b14" : "#f5eee4"
    readonly property color muted: light ? "#574c40" : "#bfb1a1"
    readonly property color faint: light ? "#685c4f" : "#978a7b"
    readonly property color lantern: light ? "#8a4a0c" : "#eaa953"
    readonly property color lanternPressed: light ? "#6b3806" : "#cf8c36"
    readonly property color lanternInk: light ? "#fffaf1" : "#1c1308"
    readonly property color danger: light ? "#a3261b" : "#f19080"
    readonly property color ok: light ? "#1f6636" : "#93d0a0"
    readonly property color go: "#1f7a3d"
    readonly property color wait: "#8f5800"
    readonly property color stop: "#a3261b"
    readonly property color signInk: "#ffffff"
    readonly property color scrim: light ? "#e6fbf8f2" : "#d90b0908"
    readonly property color clear: "transparent"
    readonly property color black: "#000000"
    readonly property color caption: "#ffffff"
    readonly property color captionEdge: "#000000"
    readonly property var captionColors: ({
            white: "#ffffff",
            yellow: "#ffff00",
            green: "#00ff00",
            cyan: "#00ffff",
            blue: "#0000ff",
            magenta: "#ff00ff",
            red: "#ff0000",
            black: "#000000"
        })
    readonly property var captionFonts: ({
            "sans": sans,
            "serif": serif,
            "mono-sans": "Smart Cinema Mono",
            "mono-serif": "Smart Cinema Mono Serif",
            "casual": "Smart Cinema Casual",
            "cursive": "Smart Cinema Cursive",
            "small-caps": sans
        })
    readonly property var captionEdges: ({
            outline: Text.Outline,
            raised: Text.Raised,
            depressed: Text.Sunken,
            none: Text.Normal,
            shadow: Text.Normal
        })
    readonly property color card: light ? "#f5fffcf5" : "#f0141110"

    readonly property int gap1: 4
    readonly property int gap2: 8
    readonly property int gap3: 12
    readonly property int gap4: 16
    readonly property int gap5: 24
    readonly property int gap6: 32
    readonly property int gap7: 48
    readonly property int gap8: 64

    readonly property int sizePoster: 132
    readonly property int sizeSign: 88
    readonly property int sizeHero: 64
    readonly property int sizeDisplay: 46
    readonly property int sizeTitle: 32
    readonly property int sizeHeading: 22
    readonly property int sizeBody: 16
    readonly property int sizeSmall: 14
    readonly property int sizeCaption: 13

    readonly property int radius: 6
    readonly property int radiusSmall: 3
    readonly property int focusWidth: 3
    readonly property int hairline: 1
    readonly property int target: 44
    readonly property int targetSmall: 36
    readonly property int menuWidth: 424
    readonly property int smallWidth: 480
    readonly property int padKey: 84
    readonly property int posterWidth: 224
    readonly property int codeSide: 240
    readonly property int languageWidth: 288
    readonly property int captionPreview: 132
    readonly property int captionSample: 520
    readonly property int columnWidth: 640
    readonly property int navHeight: 64
    readonly property int icon: 22
    readonly property int sign: 220
    readonly property int signSmall: 128
    readonly property int sideWidth: 360
    readonly property int benchList: 264
    readonly property int benchEditor: 396
    readonly property int benchBar: 48
    readonly property int benchPicture: 128
    readonly property int benchTime: 136
    readonly property int pageWidth: 1360
    readonly property int narrow: 1000

    readonly property int quick: reducedMotion ? 0 : 120
    readonly property int calm: reducedMotion ? 0 : 200
}
