"""The tests of fairapp; a package, so that tests can import what they share."""
