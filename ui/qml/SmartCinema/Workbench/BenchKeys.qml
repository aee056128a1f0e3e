import QtQuick

// The keys that hold while one writes, too.
Item {
    id: root

    required property var workbench
    required property var watch
    signal keysWanted
    signal importWanted
    signal translateWanted
    signal aloneWanted
    signal partWanted(string part)
    signal splitWanted
    signal doneWanted

    Shortcut {
        sequences: [StandardKey.Undo]
        onActivated: root.workbench.undo()
    }
    Shortcut {
        sequences: ["Ctrl+Shift+Z", "Ctrl+Y"]
        onActivated: root.workbench.redo()
    }
    Shortcut {
        sequences: [StandardKey.Save]
        onActivated: root.workbench.save()
    }
    Shortcut {
        sequence: "Ctrl+I"
        onActivated: root.importWanted()
    }
    Shortcut {
        sequence: "Ctrl+E"
        onActivated: root.workbench.export()
    }
    Shortcut {
        sequences: ["Ctrl+Return", "Ctrl+Enter"]
        onActivated: root.doneWanted()
    }
    Shortcut {
        sequence: "Ctrl+Space"
        onActivated: root.watch.toggle()
    }
    Shortcut {
        sequence: "Ctrl+P"
        onActivated: root.workbench.preview()
    }
    Shortcut {
        sequence: "Ctrl+Up"
        onActivated: root.workbench.next(false)
    }
    Shortcut {
        sequence: "Ctrl+Down"
        onActivated: root.workbench.next(true)
    }
    Shortcut {
        sequence: "Alt+Left"
        onActivated: root.watch.step(-5000)
    }
    Shortcut {
        sequence: "Alt+Right"
        onActivated: root.watch.step(5000)
    }
    Shortcut {
        sequence: "Ctrl+Shift+M"
        onActivated: root.workbench.move_here()
    }
    Shortcut {
        sequence: "Ctrl+Shift+X"
        onActivated: root.splitWanted()
    }
    Shortcut {
        sequence: "Ctrl+J"
        onActivated: root.workbench.merge()
    }
    Shortcut {
        sequence: "Ctrl+Shift+Del"
        onActivated: root.workbench.remove()
    }
    Shortcut {
        sequence: "Ctrl+T"
        onActivated: root.translateWanted()
    }
    Shortcut {
        sequence: "Ctrl+1"
        onActivated: root.partWanted("text")
    }
    Shortcut {
        sequence: "Ctrl+2"
        onActivated: root.partWanted("background")
    }
    Shortcut {
        sequence: "Ctrl+3"
        onActivated: root.partWanted("comments")
    }
    Shortcut {
        sequence: "F11"
        onActivated: root.aloneWanted()
    }
    Shortcut {
        sequence: "F1"
        onActivated: root.keysWanted()
    }
}
