// Package project holds what a user sets, as one value: variables, users, roles,
// buckets, lifetimes, faults, and how the program runs. Go options set its fields,
// the command line embeds it, and case files and programs files decode it, so that
// a setting is one field here and means the same wherever it is written.
//
// To add a setting: a field of Project with its tags, its sentence in settings.go,
// a row in the table of cmd/hostproof/settings_test.go, and what it does in package
// harness. Tests fail until all are there, and say which is missing; the schema
// and the page of the documentation are written by
//
//	go generate ./harness/project
//
// # Place
//
// The front ends fill it, and the harness carries it out.
package project
