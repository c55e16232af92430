// Package all lists the AWS services that the mock implements. To add one, write
// its package under mockaws/service and add a line to Services.
package all
