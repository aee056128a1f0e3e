"""Who may watch what, where and when: pure rules with reasons."""
