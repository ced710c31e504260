"""Cities whose truth is known, to measure matching by. Law: names bear no mark and are never shown."""
