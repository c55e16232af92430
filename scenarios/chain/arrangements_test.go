package chain_test

import "maps"

// The public sources of the differences.
const (
	jsChain   = "https://github.com/aws/aws-sdk-js-v3/blob/main/packages/credential-provider-node/src/defaultProvider.ts"
	botoChain = "https://github.com/boto/botocore/blob/develop/botocore/credentials.py"
	goChain   = "https://github.com/aws/aws-sdk-go-v2/blob/main/config/resolve_credentials.go"
	goEnv     = "https://github.com/aws/aws-sdk-go-v2/blob/main/config/env_config.go"
)

// The sources that variables switch on.
var (
	inVariables = map[string]string{
		"AWS_ACCESS_KEY_ID":     "${session.variables.accessKeyId}",
		"AWS_SECRET_ACCESS_KEY": "${session.variables.secretAccessKey}",
		"AWS_SESSION_TOKEN":     "${session.variables.sessionToken}",
	}
	inContainer = map[string]string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "${endpoint.container.path}"}
	inFull      = map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "${endpoint.full.url}"}
	byIdentity  = map[string]string{
		"AWS_WEB_IDENTITY_TOKEN_FILE": "${file.token}", "AWS_ROLE_ARN": "${role.federated.arn}",
		"AWS_ROLE_SESSION_NAME": "chain",
	}
	keptProfile    = map[string]string{"AWS_PROFILE": "kept"}
	printedProfile = map[string]string{"AWS_PROFILE": "printed"}
)

func with(sets ...map[string]string) map[string]string {
	out := map[string]string{}
	for _, s := range sets {
		maps.Copy(out, s)
	}
	return out
}

var arrangements = []arrangement{
	{
		name: "variables, default profile, container and instance",
		host: "chain-default-profile", set: with(inVariables, inContainer), all: "variables",
	},
	{
		name: "default profile, container and instance",
		host: "chain-default-profile", set: inContainer, all: "shared",
	},
	{
		name: "container and instance",
		set:  inContainer, all: "container",
	},
	{
		name: "instance alone",
		all:  "instance",
	},
	{
		name: "web identity and default profile",
		host: "chain-default-profile", set: byIdentity, all: "federated",
		except: map[string]outcome{js: "shared"},
		why:    "the JavaScript SDK reads the shared files before the variables of web identity: " + jsChain,
	},
	{
		name: "web identity, container and instance",
		set:  with(byIdentity, inContainer), all: "federated",
	},
	{
		name: "variables and a profile by name",
		set:  with(inVariables, keptProfile), all: "variables",
		except: map[string]outcome{js: "shared"},
		why:    "AWS_PROFILE makes the JavaScript SDK skip keys in variables, with a warning: " + jsChain,
	},
	{
		name: "a profile that prints credentials, and a container",
		set:  with(printedProfile, inContainer), all: "process",
	},
	{
		name: "variables and a profile that does not exist",
		set:  with(inVariables, map[string]string{"AWS_PROFILE": "nope"}),
		except: map[string]outcome{
			golang: "?failed to get shared config profile, nope",
			js:     "instance",
			boto3:  "?The config profile (nope) could not be found",
			cli:    "?The config profile (nope) could not be found",
		},
		why: "the JavaScript SDK skips the variables and goes on to the instance, the others give up: " + goChain +
			" " + jsChain + " " + botoChain,
	},
	{
		name: "variables and a profile that does not exist, and no instance",
		set:  with(inVariables, map[string]string{"AWS_PROFILE": "nope", "AWS_EC2_METADATA_DISABLED": "true"}),
		except: map[string]outcome{
			golang: "?failed to get shared config profile, nope",
			js:     "?Could not load credentials from any providers",
			boto3:  "?The config profile (nope) could not be found",
			cli:    "?The config profile (nope) could not be found",
		},
		why: "each its own words: " + goChain + " " + jsChain + " " + botoChain,
	},
	{
		name: "a key without its secret, and an instance",
		set:  map[string]string{"AWS_ACCESS_KEY_ID": "${session.variables.accessKeyId}"}, all: "instance",
		except: map[string]outcome{
			boto3: "?Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY",
			cli:   "?Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY",
		},
		why: "botocore stops at half a pair, the others go on: " + botoChain,
	},
	{
		name: "a session token without keys, and an instance",
		set:  map[string]string{"AWS_SESSION_TOKEN": "${session.variables.sessionToken}"}, all: "instance",
	},
	{
		name: "relative and full container URI",
		set:  with(inContainer, inFull), all: "container",
		except: map[string]outcome{js: "full"},
		why: "the JavaScript SDK takes the full URI, and says so: " +
			"https://github.com/aws/aws-sdk-js-v3/blob/main/packages/credential-provider-http/src/fromHttp/fromHttp.ts",
	},
	{
		name: "full container URI and instance",
		set:  inFull, all: "full",
	},
	{
		name:   "variables and AWS_SECURITY_TOKEN of somebody else",
		set:    with(inVariables, map[string]string{"AWS_SECURITY_TOKEN": "${session.shared.sessionToken}"}),
		all:    "variables",
		except: map[string]outcome{boto3: "!InvalidToken", cli: "!InvalidToken"},
		why:    "botocore reads the old name of the token first: " + botoChain,
	},
	{
		name: "keys under Go's other names, and an instance",
		set: map[string]string{"AWS_ACCESS_KEY": "${session.variables.accessKeyId}",
			"AWS_SECRET_KEY":    "${session.variables.secretAccessKey}",
			"AWS_SESSION_TOKEN": "${session.variables.sessionToken}"},
		all:    "instance",
		except: map[string]outcome{golang: "variables"},
		why:    "only the Go SDK reads AWS_ACCESS_KEY and AWS_SECRET_KEY: " + goEnv,
	},
	{
		name: "a web identity token file that is not there, and an instance",
		set:  with(byIdentity, map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": "/nope"}),
		except: map[string]outcome{
			golang: "?unable to read file at /nope",
			js:     "?ENOENT",
			boto3:  "?/nope",
			cli:    "?/nope",
		},
		why: "all stop there, each with its own words: " + goChain + " " + jsChain + " " + botoChain,
	},
	{
		name: "a full container URI at a host that is not allowed, and an instance",
		set:  map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.1/credentials"},
		except: map[string]outcome{
			golang: "?invalid endpoint host",
			js:     "?Could not load credentials from any providers",
			boto3:  "?Unsupported host '192.0.2.1'",
			cli:    "?Unsupported host '192.0.2.1'",
		},
		why: "all stop there, each with its own words: " + goChain + " " + jsChain + " " + botoChain,
	},
	{
		name: "an instance whose metadata is switched off",
		set:  map[string]string{"AWS_EC2_METADATA_DISABLED": "true"},
		except: map[string]outcome{
			golang: "?access disabled to EC2 IMDS",
			js:     "?Could not load credentials from any providers",
			boto3:  "?Unable to locate credentials",
			cli:    "?Unable to locate credentials",
		},
		why: "nothing is left, each with its own words: " + goChain + " " + jsChain + " " + botoChain,
	},
	{
		name: "variables, and the region in AWS_REGION alone",
		set:  with(inVariables, map[string]string{"AWS_DEFAULT_REGION": absent}), all: "variables",
	},
	{
		name: "variables, and the region in AWS_DEFAULT_REGION alone",
		set:  with(inVariables, map[string]string{"AWS_REGION": absent}), all: "variables",
	},
	{
		name:   "variables, the region in AWS_DEFAULT_REGION alone, and no instance to ask for one",
		set:    with(inVariables, map[string]string{"AWS_REGION": absent, "AWS_EC2_METADATA_DISABLED": "true"}),
		all:    "variables",
		except: map[string]outcome{js: "?Region is missing"},
		why: "the JavaScript SDK reads AWS_REGION alone: " +
			"https://github.com/aws/aws-sdk-js-v3/blob/main/packages/config-resolver/src/regionConfig/config.ts",
	},
}
