package explain

import (
	"strings"
	"testing"
)

// what an outcome of an attempt is called by resolvers, kernels and TLS stacks; the
// texts are of the programs named.
func TestOutcomes(t *testing.T) {
	for _, row := range []struct{ by, text, kind, what, why, change, source string }{
		{"Go", "tls: failed to verify certificate: x509: certificate signed by unknown authority", "untrusted-ca",
			"TLS handshake failed", "ca-certificates", "SSL_CERT_FILE", "rfc8446"},
		{"OpenSSL", "unable to get local issuer certificate", "untrusted-ca", "was not trusted", "at another path",
			"AWS_CA_BUNDLE", "rfc8446"},
		{"Python", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "untrusted-ca", "", "own CA",
			"NODE_EXTRA_CA_CERTS", ""},
		{"Java", "PKIX path building failed", "untrusted-ca", "", "", "Java trust store", ""},
		{"Java, below", "unable to find valid certification path to requested target", "untrusted-ca", "", "", "", ""},
		{"rustls", "invalid peer certificate: UnknownIssuer", "untrusted-ca", "", "", "inspecting proxy", ""},
		{"Node", "self-signed certificate in certificate chain", "untrusted-ca", "", "", "", ""},
		{"Node, code", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "untrusted-ca", "", "", "", ""},
		{"curl", "curl: (60) SSL certificate problem", "untrusted-ca", "", "", "", ""},
		{"curl, no file", "curl: (77) problem with the SSL CA cert (path? access rights?)", "untrusted-ca", "", "", "",
			""},
		{".NET", "RemoteCertificateChainErrors", "untrusted-ca", "", "", "", ""},
		{"Windows", "the chain ended in an untrusted root certificate", "untrusted-ca", "", "", "", ""},
		{"TLS alert", "remote error: tls: unknown CA", "untrusted-ca", "", "No request", "", ""},
		{"Go's proxy", "proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused", "proxy",
			"through the proxy", "HTTPS_PROXY", "NO_PROXY", "rfc9110"},
		{"Python's proxy", "Unable to connect to proxy", "proxy", "", "did not pass", "169.254.170.23", ""},
		{"Node's proxy", "tunneling socket could not be established", "proxy", "", "", "", ""},
		{"status of a proxy", "407 Proxy Authentication Required", "proxy", "", "", "", ""},
		{"Go", "dial tcp: lookup sts.us-eest-1.amazonaws.com: no such host", "name-not-found", "did not resolve",
			"wrong region", "getent hosts", "getaddrinfo"},
		{"Node", "getaddrinfo ENOTFOUND x", "name-not-found", "", "typing error", "", ""},
		{"Node, code alone", "Error: queryA ENOTFOUND x", "name-not-found", "", "", "", ""},
		{"Node, again", "EAI_AGAIN", "name-not-found", "", "", "", ""},
		{"glibc", "Name or service not known", "name-not-found", "", "", "", ""},
		{"glibc, later", "Temporary failure in name resolution", "name-not-found", "", "", "", ""},
		{"Java", "java.net.UnknownHostException: x", "name-not-found", "", "", "", ""},
		{"Rust", "failed to lookup address information", "name-not-found", "", "", "", ""},
		{"curl", "curl: (6) Could not resolve host: x", "name-not-found", "", "", "", ""},
		{"macOS", "nodename nor servname provided", "name-not-found", "", "", "", ""},
		{"DNS", "NXDOMAIN", "name-not-found", "", "", "", ""},
		{"hyper", "dns error: x", "name-not-found", "", "", "", ""},
		{"Go, broken DNS", "lookup x on 10.0.0.2:53: server misbehaving", "name-not-found", "", "", "", ""},
		{"urllib3", "NameResolutionError", "name-not-found", "", "", "", ""},
		{"Erlang", "{failed_connect, [{inet, [inet], :nxdomain}]}", "name-not-found", "", "", "", ""},
		{"botocore", `Could not connect to the endpoint URL: "https://x"`, "no-answer", "could not be connected to",
			"botocore says the same", "curl -v", "connect.2"},
		{"botocore, class", "EndpointConnectionError", "no-answer", "", "", "", ""},
		{"Go", "connect: connection refused", "connection-refused", "refused the connection", "something on the way",
			"AWS_ENDPOINT_URL", "connect.2"},
		{"Node", "connect ECONNREFUSED 127.0.0.1:80", "connection-refused", "", "", "", ""},
		{"Windows", "the target machine actively refused it", "connection-refused", "", "", "", ""},
		{"Go", "read: connection reset by peer", "connection-reset", "broke off", "plain HTTP", "scheme, port", ""},
		{"Node", "socket hang up", "connection-reset", "", "", "", ""},
		{"Node, code", "read ECONNRESET", "connection-reset", "", "", "", ""},
		{"Node, pipe", "write EPIPE", "connection-reset", "", "", "", ""},
		{"Unix", "write: broken pipe", "connection-reset", "", "", "", ""},
		{"Go, cut", "unexpected EOF", "connection-reset", "", "", "", ""},
		{"Windows", "was forcibly closed by the remote host", "connection-reset", "", "", "", ""},
		{"Go", "context deadline exceeded", "no-answer", "gave no answer", "NAT", "port 443", "instance-metadata-v2"},
		{"Node", "connect ETIMEDOUT", "no-answer", "", "", "", ""},
		{"Java", "connect timed out", "no-answer", "", "", "", ""},
		{"Python", "Read timeout on endpoint", "no-answer", "", "", "", ""},
		{"Unix", "no route to host", "no-answer", "", "", "", ""},
		{"Node", "EHOSTUNREACH", "no-answer", "", "", "", ""},
		{"Node, net", "ENETUNREACH", "no-answer", "", "", "", ""},
		{"Go, net", "network is unreachable", "no-answer", "", "", "", ""},
		{"BSD", "host is down", "no-answer", "", "", "", ""},
		{"curl", "Failed to connect to x port 443", "no-answer", "", "", "", ""},
		{"Java SDK", "Failed to connect to service endpoint", "no-answer", "", "", "", ""},
		{"Java SDK v2", "Unable to load credentials from service endpoint", "no-answer", "", "", "", ""},
		{"JavaScript", "TimeoutError: Connection timed out", "no-answer", "", "", "", ""},
	} {
		o := outcomeIn(row.text)
		if o == nil {
			t.Errorf("%s, %q: of no kind", row.by, row.text)
			continue
		}
		for _, pair := range [][2]string{{string(o.kind), row.kind}, {o.what, row.what}, {o.why, row.why},
			{o.change, row.change}, {o.source, row.source}} {
			if !strings.Contains(pair[0], pair[1]) {
				t.Errorf("%s, %q: %q, without %q", row.by, row.text, pair[0], pair[1])
			}
		}
	}
	for _, text := range []string{"", "AccessDenied", "it was refused", "status 200", "timer out of order"} {
		if o := outcomeIn(text); o != nil {
			t.Errorf("%q is taken for %s", text, o.kind)
		}
	}
}

// A place of the host is spoken of otherwise than AWS over the network, and plain HTTP
// is told.
func TestUnreached(t *testing.T) {
	for _, row := range []struct {
		name        string
		chain       []link
		what        []string
		why, change string
		not         string
	}{
		{"metadata", []link{{"Get http://169.254.169.254/latest/: context deadline exceeded", instanceMetadata}},
			[]string{"EC2's instance metadata gave no answer."}, "this host does not have it", "hop limit",
			"port 80"},
		{"metadata, refused", []link{{"connect: connection refused", instanceMetadata}},
			[]string{"EC2's instance metadata refused the connection."}, "this host does not have it", "on EC2 turn",
			""},
		{"metadata, botocore", []link{{"EndpointConnectionError", containerEndpoint}},
			[]string{"The container credentials endpoint could not be connected to."}, "Nothing answers there",
			"what this host hands out instead", ""},
		{"metadata, broken off", []link{{"socket hang up", instanceMetadata}}, []string{"broke off the connection."},
			"plain HTTP where TLS", "scheme, port", ""},
		{"STS", []link{{"https://sts.us-east-1.amazonaws.com/: i/o timeout", securityTokens}},
			[]string{"STS (sts.us-east-1.amazonaws.com) gave no answer."}, "without a NAT", "port 443", "port 80"},
		{"plain HTTP", []link{{"http://sts.us-east-1.amazonaws.com/: i/o timeout", securityTokens}},
			[]string{"The address is plain HTTP (port 80)."}, "TLS is switched off", "Use https://", ""},
		{"port 80", []link{{"dial sts.us-east-1.amazonaws.com:80: i/o timeout", securityTokens}},
			[]string{"(port 80)"}, "TLS is switched off", "Use https://", ""},
		{"AWS before the host", []link{{"i/o timeout sts.us-east-1.amazonaws.com", securityTokens},
			{"connection refused", instanceMetadata}}, []string{"STS (sts"}, "NAT", "", ""},
		{"a CA before AWS", []link{{"x509: unknown authority", instanceMetadata}, {"i/o timeout", securityTokens}},
			[]string{"EC2's instance metadata was not trusted"}, "list of CAs", "", ""},
		{"the innermost", []link{{"i/o timeout", instanceMetadata}, {"connection refused", containerEndpoint}},
			[]string{"The container credentials endpoint refused"}, "", "", ""},
		{"a name by itself", []link{{"x.s3.amazonaws.com: no such host", placeIn("x.s3.amazonaws.com")}},
			[]string{"x.s3.amazonaws.com could not be found"}, "DNS", "", "(x.s3"},
	} {
		f, ok := unreached(row.chain)
		if !ok || f.Confidence != "L" || f.Source == "" {
			t.Errorf("%s: %v %+v", row.name, ok, f)
			continue
		}
		for _, pair := range [][2]string{{f.What, row.what[0]}, {f.Why, row.why}, {f.Change, row.change}} {
			if !strings.Contains(pair[0], pair[1]) {
				t.Errorf("%s: %q, without %q", row.name, pair[0], pair[1])
			}
		}
		if row.not != "" && strings.Contains(f.What, row.not) {
			t.Errorf("%s: %q, with %q", row.name, f.What, row.not)
		}
		if !strings.HasSuffix(f.What, ".") || !strings.HasSuffix(f.Why, ".") || !strings.HasSuffix(f.Change, ".") {
			t.Errorf("%s: no sentences: %+v", row.name, f)
		}
	}
	for name, chain := range map[string][]link{
		"none": nil, "no place": {{"i/o timeout", nil}}, "no outcome": {{"x", securityTokens}},
	} {
		if f, ok := unreached(chain); ok {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// The status with which a place of the host answers
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html,
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
func TestRefusedByPlace(t *testing.T) {
	for _, row := range []struct {
		at                      *place
		text, what, why, change string
	}{
		{instanceMetadata, "status code 401", "no valid session token", "HttpTokens=required",
			"--http-tokens optional"},
		{instanceMetadata, "404 Not Found", "no role for this program", "no instance profile",
			"Attach an instance profile"},
		{instanceMetadata, "HTTP error 403", "turned off, or a proxy", "as far as a role", "HttpEndpoint=enabled"},
		{instanceMetadata, "status: 400", "not EC2's instance metadata", "Azure", "AWS_EC2_METADATA_DISABLED=true"},
		{instanceMetadata, "HTTP 405", "refused the method", "version 2's PUT", "PUT /latest/api/token"},
		{agentOfPods, "status 403", "agent of EKS Pod Identity", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
			"list-pod-identity-associations"},
		{agentOfPods, "status 500", "agent of EKS Pod Identity", "", ""},
		{containerEndpoint, "response (404)", "container credentials endpoint", "the task's role",
			"Give the task a task role"},
		{containerEndpoint, "error 401", "container credentials endpoint", "of this container only",
			"AWS_CONTAINER_CREDENTIALS_*"},
		{instanceMetadata, "resulted in a `404 Not Found`", "no role", "", ""},
		{instanceMetadata, "HTTP/1.1 401 Unauthorized", "no valid session token", "", ""},
		{instanceMetadata, "code: 401", "no valid session token", "", ""},
		{instanceMetadata, "StatusCode=401", "no valid session token", "", ""},
		{instanceMetadata, "405 - Method Not Allowed", "refused the method", "", ""},
	} {
		f, ok := refusedByPlace([]link{{row.text, row.at}})
		if !ok || f.Kind != "endpoint-refused" || f.Confidence != "L" || !strings.HasPrefix(f.Source, "https://") {
			t.Errorf("%s, %s: %v %+v", row.at.name, row.text, ok, f)
			continue
		}
		for _, pair := range [][2]string{{f.What, row.what}, {f.Why, row.why}, {f.Change, row.change}} {
			if !strings.Contains(pair[0], pair[1]) || !strings.HasSuffix(pair[0], ".") {
				t.Errorf("%s, %s: %q, without %q", row.at.name, row.text, pair[0], pair[1])
			}
		}
	}
	for _, l := range []link{{"status 401", nil}, {"status 401", securityTokens}, {"status 500", instanceMetadata},
		{"status 301", instanceMetadata}, {"4014", instanceMetadata}} {
		if f, ok := refusedByPlace([]link{l}); ok {
			t.Errorf("%+v: %+v", l, f)
		}
	}
	both := []link{{"status 401", instanceMetadata}, {"status 404", containerEndpoint}}
	if f, _ := refusedByPlace(both); !strings.Contains(f.What, "container") {
		t.Errorf("not the innermost: %+v", f)
	}
}

func TestPlaces(t *testing.T) {
	for text, want := range map[string]*place{
		"http://169.254.170.23/v1/credentials": agentOfPods, "[fd00:ec2::23]": agentOfPods, "PodIdentity": agentOfPods,
		"169.254.170.2": containerEndpoint, "GET /v2/credentials/x": containerEndpoint,
		"GET /v4/credentials/x": containerEndpoint, "ContainerProvider": containerEndpoint,
		"EcsCredentials": containerEndpoint, "AWS_CONTAINER_CREDENTIALS_FULL_URI": containerEndpoint,
		"169.254.169.254": instanceMetadata, "[fd00:ec2::254]": instanceMetadata, "IMDS": instanceMetadata,
		"/latest/api/token": instanceMetadata, "/latest/meta-data": instanceMetadata,
		"EC2RoleProvider":            instanceMetadata,
		"InstanceProfileCredentials": instanceMetadata, "FailedToLoadToken": instanceMetadata,
		"oidc.eks.us-east-1.amazonaws.com":   clusterIssuer,
		"portal.sso.us-east-1.amazonaws.com": ssoPortal, "oidc.us-east-1.amazonaws.com": ssoPortal,
		"GetRoleCredentials": ssoPortal, ".aws/sso/cache": ssoPortal, `.aws\sso\cache`: ssoPortal,
		"operation error SSO: x": ssoPortal, "Identity Center": ssoPortal,
		"sts.amazonaws.com": securityTokens, "sts-fips.us-east-1.amazonaws.com": securityTokens,
		"Service: AWSSecurityTokenService": securityTokens, "AssumeRoleWithWebIdentity": securityTokens,
		"operation error STS": securityTokens,
	} {
		if got := placeIn(text); got != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
	if p := placeIn("https://b.s3.us-east-1.amazonaws.com/k"); p == nil || p.name != "b.s3.us-east-1.amazonaws.com" ||
		p.local {
		t.Errorf("%+v", p)
	}
	if p := placeIn("https://lambda.us-east-1.api.aws"); p == nil || p.name != "lambda.us-east-1.api.aws" {
		t.Errorf("%+v", p)
	}
	if p := placeIn("https://example.com"); p != nil {
		t.Errorf("%+v", p)
	}
	for _, p := range []*place{agentOfPods, containerEndpoint, instanceMetadata} {
		if !p.local || !strings.Contains(p.by, "CONTAINER_CREDENTIALS") && p != instanceMetadata || p.by == "" {
			t.Errorf("%+v", p)
		}
	}
	for _, p := range []*place{ssoPortal, clusterIssuer, securityTokens} {
		if p.local || p.by == "" {
			t.Errorf("%+v", p)
		}
	}
}

// TestPlacesBySDKsNames: the names that SDKs give to the places in their settings, classes
// and logs.
func TestPlacesBySDKsNames(t *testing.T) {
	for source, names := range map[string]map[string]*place{
		"https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html": {
			"credential_source = EcsContainer":        containerEndpoint,
			"credential_source = Ec2InstanceMetadata": instanceMetadata,
		},
		"aws/aws-sdk-js-v3#6132": {
			"@aws-sdk/credential-provider-ini - credential_source is EcsContainer": containerEndpoint,
		},
		"https://www.npmjs.com/package/@aws-sdk/credential-provider-imds": {
			"EC2 instance metadata service": instanceMetadata, "ECS container metadata service": containerEndpoint,
			"fromInstanceMetadata": instanceMetadata, "fromContainerMetadata": containerEndpoint,
		},
		"https://opensearch-project.github.io/opensearch-php/namespace-Aws.Credentials.html": {
			"EcsCredentialProvider": containerEndpoint, "InstanceProfileProvider": instanceMetadata,
			"fetches container credentials": containerEndpoint, "EC2 metadata service": instanceMetadata,
		},
		// As it says in several SDKs, aws-sdk-js-v3 among them.
		"https://github.com/aws/aws-sdk-js-v3/tree/main/packages/credential-provider-sso": {
			"The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login " +
				"with the corresponding profile.": ssoPortal,
		},
		"https://docs.quarkiverse.io/quarkus-amazon-services/1.x/amazon-credentials.html": {
			"Instance profile credentials": instanceMetadata,
		},
	} {
		for text, want := range names {
			if got := placeIn(text); got != want {
				t.Errorf("%s (%s): %+v", text, source, got)
			}
		}
	}
}

func TestNoRegionOfAWS(t *testing.T) {
	for host, bad := range map[string]string{
		"sts.us-east-1a.amazonaws.com": "us-east-1a", "bedrock-runtime.useast1.amazonaws.com": "useast1",
		"b.s3.us-east.amazonaws.com": "us-east", "lambda.eu_west_1.amazonaws.com": "",
		"sts.us-east-1.amazonaws.com": "", "s3.amazonaws.com": "",
	} {
		f, ok := noRegionOfAWS("dial tcp: lookup " + host + ": no such host")
		if ok != (bad != "") || ok && (!strings.Contains(f.What, host+" has "+bad+" in the place") ||
			f.Kind != "bad-region" || f.Confidence != "L" || f.Source != docRegion || f.Why == "" ||
			!strings.Contains(f.Change, "AWS_DEFAULT_REGION")) {
			t.Errorf("%s: %v %+v", host, ok, f)
		}
		if _, ok := noRegionOfAWS(host + " answered"); ok {
			t.Errorf("%s answered, and was not reached", host)
		}
	}
}
