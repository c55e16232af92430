// Package pack makes the packages of the bindings as their registries take them: for
// npm one with the API, and one for each system with the command; for PyPI a wheel for
// each system; for Maven Central a library, and a jar with the command for each system; for
// crates.io a crate without the command. Nothing but Go is needed, for Maven a JDK and
// Maven, for the crate Cargo, and the same commit makes the same bytes.
//
// It uploads nothing.
package pack
