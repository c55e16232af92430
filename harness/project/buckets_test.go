package project

import (
	"strings"
	"testing"
)

// TestBucketNames goes through the rules for general purpose buckets, and for directory buckets:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html
func TestBucketNames(t *testing.T) {
	for _, name := range []string{"abc", strings.Repeat("a", 63), "a.b", "1-2", "192.168.5.4.5",
		"fast--use1-az4--x-s3", "a--usw2-lax1-az1--x-s3"} {
		if err := checkBucketName(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{
		"ab", strings.Repeat("a", 64), "Abc", "a_b", "-ab", "ab-", ".ab", "ab.", "a..b", "192.168.5.4",
		"xn--abc", "sthree-abc", "amzn-s3-demo-abc",
		"abc-s3alias", "abc--ol-s3", "abc.mrap", "abc--x-s3", "abc--table-s3", "abc--zone--x-s3",
	} {
		if err := checkBucketName(name); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
