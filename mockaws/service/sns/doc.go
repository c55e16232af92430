// Package sns is Amazon SNS: topics, and subscriptions to which nothing is delivered.
package sns
