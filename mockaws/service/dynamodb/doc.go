// Package dynamodb is Amazon DynamoDB: tables, items and queries, alone and in batches. The
// expressions are read and evaluated by package ddb.
package dynamodb
