"""Can this process get stuck? Its explicit states, tried out one by one: one module per question."""
