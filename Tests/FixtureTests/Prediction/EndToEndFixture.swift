import TestSupport
func checkEndToEnd(_ fixture: Fixture) throws {}
