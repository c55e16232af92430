// Package action has a composite action for GitHub Actions, which builds the command and
// runs a program on hosts. The tests run its steps as a shell would.
package action
