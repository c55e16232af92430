// Package starter looks at a project, says where it is deployed and how its program
// starts, and writes a first test for its own test runner, and a workflow.
//
// What files say about hosts is data, in signs.yaml. It reads names of variables and no
// values, and never changes a file that is there.
package starter
