"""工作总览: how a city, an office or a school stands, each number with its rows."""
