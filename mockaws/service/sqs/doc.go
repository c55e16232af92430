// Package sqs is Amazon SQS with standard queues.
package sqs
