"""How it is shown: libmpv, the stream gateway, cues on time."""
