"""The demo city: invented, lifelike, the same on every machine, dated from today backwards."""
