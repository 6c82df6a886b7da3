"""What the tests of several contexts share."""
