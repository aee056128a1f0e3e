"""Who may see it: rules, client and service of the box office."""
