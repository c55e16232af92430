// Package s3 is Amazon S3: buckets, objects, uploads in parts, browser forms and bucket
// policies. Its paths can be anything, so it stands last in the list of services.
package s3
