// Package names has the names of what the tests of this module may want of a
// machine, for readers of HOSTPROOF_REQUIRE.
package names

// Variable is the environment variable that lists what must be there,
// "docker,node".
const Variable = "HOSTPROOF_REQUIRE"

// All are the names that it may list.
var All = []string{
	"boto3", "cargo", "cc", "chromium", "curl", "docker", "faketime", "getent", "git", "go",
	"ipv6", "java", "javac", "keytool", "mount", "mvn", "namespaces", "node", "npm", "peers", "php",
	"php-async-aws-core", "python3", "requests", "root", "ruby", "ruby-aws-sdk-s3", "sandbox",
	"terminal", "unshare",
}
