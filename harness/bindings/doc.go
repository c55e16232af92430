// Package bindings has the packages for other languages, which are made of the command:
// node for npm, python for PyPI, java for Maven Central,
// rust for crates.io. Package pack makes what their registries take.
//
// The tests here build those packages and install them as a user would, into an empty
// project and a fresh virtual environment, and run tests in them, red and green.
package bindings
