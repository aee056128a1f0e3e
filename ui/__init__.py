"""How it looks: QML and the view-models beside it."""
