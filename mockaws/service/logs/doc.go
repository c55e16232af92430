// Package logs is Amazon CloudWatch Logs: groups, streams and events.
package logs
