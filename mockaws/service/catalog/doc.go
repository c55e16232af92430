// Package catalog finds the AWS service and the operation that a request means, by
// hostname, X-Amz-Target, Action, path and credential scope. It knows the services
// that it is given, with their handlers, and from package models every other service
// that AWS has, without handlers.
package catalog
