// Package ports finds out at which TCP ports programs listen. It asks the
// kernel, so that a server which never says so is found as well.
package ports
