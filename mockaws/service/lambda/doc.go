// Package lambda is AWS Lambda's API: functions are kept, and an invocation answers with
// the event that it got.
package lambda
