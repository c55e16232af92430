package explain

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/service"
)

// outcome is how an attempt to reach a place ended, whatever the language: the
// words are those of operating systems, TLS stacks and resolvers.
type outcome struct {
	kind  ledger.Kind
	match *late.Regexp
	// what follows the name of the place: "could not be reached".
	what string
	// why and change are for a place of AWS, local and localChange for one of the
	// host; where they are empty the others hold.
	why, change        string
	local, localChange string
	source             string
}

const (
	docResolve   = "https://man7.org/linux/man-pages/man3/getaddrinfo.3.html"
	docConnect   = "https://man7.org/linux/man-pages/man2/connect.2.html"
	docMeta      = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html"
	docProxy     = "https://www.rfc-editor.org/rfc/rfc9110.html#name-connect"
	docTaskRoles = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html"
	docRoots     = "https://www.rfc-editor.org/rfc/rfc8446#section-6.2"
)

// outcomes, the more particular first.
var outcomes = []outcome{
	{
		kind: diagnose.UntrustedCA, source: docRoots,
		match: late.MustCompile(
			`(?i)x509: |unknown authority|unable to get (local )?issuer|CERTIFICATE_VERIFY_FAILED|` +
				`certificate verify failed|PKIX path|UnknownIssuer|self[- ]signed certificate|SSL certificate|unknown ca\b|` +
				`unable to find valid certification path|untrusted root|InvalidCertificate|error adding trust anchors|` +
				`UNABLE_TO_(GET|VERIFY)|CERT_UNTRUSTED|RemoteCertificateChainErrors|SslHandshake|SSLHandshake|` +
				`TLS handshake (fail|error)|SSL connect error|problem with the SSL CA cert`),
		what: "was not trusted: the TLS handshake failed",
		why: "The program does not know the CA that signed its certificate: it has no list of CAs (an image " +
			"without ca-certificates), an old one, one at another path, or a proxy on the way signs with its own " +
			"CA. No request was sent, and no credentials were judged",
		change: "Give the program the CAs of its system: add the package ca-certificates to the image, or name the " +
			"file (SSL_CERT_FILE, AWS_CA_BUNDLE, NODE_EXTRA_CA_CERTS, a Java trust store); with an inspecting " +
			"proxy add its CA",
	},
	{
		kind: "proxy", source: docProxy,
		match: late.MustCompile(
			`(?i)proxyconnect|tunnel(ing)? (connection|socket)|407 Proxy|ProxyError|proxy.{0,20}` +
				`(refused|failed|authentication)|Unable to connect to proxy`),
		what: "could not be reached through the proxy",
		why:  "HTTP_PROXY or HTTPS_PROXY leads there, and the proxy did not pass the request on",
		change: "Correct the proxy, or list what must not go through it in NO_PROXY; the addresses 169.254.169.254, " +
			"169.254.170.2 and 169.254.170.23 always belong there",
	},
	{
		kind: "name-not-found", source: docResolve,
		match: late.MustCompile(`(?i)no such host|\bENOTFOUND|EAI_AGAIN|Name or service not known|name resolution|` +
			`getaddrinfo|UnknownHost|failed to lookup address|Could not resolve|nodename nor servname|NXDOMAIN|dns error|` +
			`server misbehaving|NameResolutionError|:nxdomain`),
		what: "could not be found: its name did not resolve",
		why: "The DNS that the program uses does not know the name: a typing error or a wrong region in it, a " +
			"network without DNS, or a private network without the endpoint. No credentials were judged",
		change: "Look the name up where the program runs (getent hosts NAME); correct the region or the endpoint, or " +
			"the DNS of the network",
	},
	{
		kind: "no-answer", source: docConnect,
		match: late.MustCompile(`Could not connect to the endpoint URL|EndpointConnectionError`),
		what:  "could not be connected to",
		why: "botocore says the same of a name that does not resolve (a wrong region or a typing error in it), of a " +
			"connection that is refused, and of a network without a way out. No credentials were judged",
		change: "Look the name up where the program runs (getent hosts NAME), try it by hand (curl -v " +
			"https://NAME), and see that its region exists and has the service; then look at proxy and subnet",
		local: "Nothing answers there: this host does not have it, it is turned off, or the program cannot reach " +
			"it",
		localChange: "Find out what this host hands out instead, and give the program that",
	},
	{
		kind: "connection-refused", source: docConnect,
		match: late.MustCompile(`(?i)\bE?CONNREFUSED|connection refused|actively refused|:econnrefused`),
		what:  "refused the connection",
		why: "AWS listens at its own addresses, so something on the way refused: a firewall or network policy, a " +
			"proxy or a pod's sidecar that is not up (yet), or the name leads to another address here (the hosts " +
			"file, a private zone). No credentials were judged",
		change: "Try it by hand where the program runs (curl -v https://NAME) and see which address it takes; open " +
			"the way out, have the program wait for its sidecar, and look for AWS_ENDPOINT_URL and proxy variables",
		local: "Nothing listens there: this host does not have it, or it is turned off for the program. The " +
			"credentials that the host does have come another way",
		localChange: "Find out what this host hands out instead (variables, another endpoint, a token), and let the " +
			"SDK's default chain find it; on EC2 turn the metadata service on",
	},
	{
		kind: "connection-reset", source: docConnect,
		match: late.MustCompile(
			`(?i)connection (was )?(reset|aborted|closed by)|\bECONNRESET|\bEPIPE\b|broken pipe|` +
				`socket hang up|unexpected EOF|forcibly closed|econnreset`),
		what: "broke off the connection",
		why: "The connection was made and then ended from the other side, so there is a way to it: a firewall or a " +
			"proxy on the way that does not let it pass, plain HTTP where TLS is expected, or a connection that was " +
			"kept too long. No credentials were judged",
		change: "Try the same address by hand where the program runs (curl -v); look at scheme, port and proxy " +
			"settings, and try again once",
	},
	{
		kind: "no-answer", source: docMeta,
		match: late.MustCompile(`Unable to get IAM security credentials from`),
		what:  "gave the program no credentials",
		why:   "The text does not say how it answered. No credentials were judged",
		change: "Look up by hand what answers there where the program runs (curl -v), and how the program is meant " +
			"to find its credentials on this host",
		local: "The AWS SDK for .NET asks there last and says so of whatever went wrong: all places before it " +
			"(arguments, profiles, variables, the container's endpoint) had nothing for this process, and this " +
			"machine is none of EC2, has no instance profile, or is not reached (turned off, hop limit, a proxy)",
		localChange: "Decide which place should have had the credentials on this host. For keys or a profile see " +
			"that this very process has them; for a role see that it is attached, and ask the place by hand from there",
	},
	{
		kind: "no-answer", source: docMeta,
		match: late.MustCompile(
			`(?i)timed ?out|\btime-?out\b|cURL error (?:7|28)\b|` +
				`time-?out(?:error|exception)|(?:connect|read|request)[_ ]?time-?out|` +
				`ETIMEDOUT|deadline exceeded|no route to host|EHOSTUNREACH|ENETUNREACH|` +
				`unreachable|host is down|could not (be reached|communicate)|checkout_failure|unable to (connect|contact|reach)|` +
				`failed to connect|not reachable|could ?n.t connect|could not connect|connect failed|` +
				`connection failed|cannot connect|no response|` +
				`Unable to load credentials from service endpoint|Failed to connect to service endpoint|TimeoutError`),
		what: "gave no answer",
		why: "The network between the program and AWS does not let the request through: a private subnet " +
			"without a NAT or an endpoint, a security group, a proxy that is not set. No credentials were judged",
		change: "Open the way to that name on port 443, or set the proxy that the network wants",
		local: "SDKs ask there last, so all places before it (arguments, variables, files) had nothing. Either " +
			"this host does not have it, or its answer does not reach a container: it travels one hop unless the " +
			"instance's hop limit is 2",
		localChange: "If keys or a profile were meant, see why this very process does not find them (names, HOME, " +
			"user); on EC2 with containers raise the hop limit (aws ec2 modify-instance-metadata-options " +
			"--http-put-response-hop-limit 2)",
	},
}

// outcomeIn is how the text of a link ended, nil for nothing that is known.
func outcomeIn(text string) *outcome {
	for i := range outcomes {
		if outcomes[i].match.MatchString(text) {
			return &outcomes[i]
		}
	}
	return nil
}

// unreached says of the innermost link whose place could not be reached what that
// means, the ways to AWS before the places of the host: a chain asks the host's
// places in vain wherever it runs.
func unreached(chain []link) (ledger.Finding, bool) {
	l, how := unreachedLink(chain)
	if l == nil {
		return ledger.Finding{}, false
	}
	return how.finding(l), true
}

// unreachedLink is that link and how it ended; nil for none.
func unreachedLink(chain []link) (found *link, how *outcome) {
	for i := range chain {
		o := outcomeIn(chain[i].text)
		if o == nil || chain[i].at == nil || answeredAway(&chain[i]) {
			continue
		}
		if found == nil || rank(found.at, how) <= rank(chain[i].at, o) {
			found, how = &chain[i], o
		}
	}
	return found, how
}

// answeredAway reports whether a link names the status with which a place of AWS answered:
// it was reached, whatever word the program has for that.
func answeredAway(l *link) bool {
	code, at := statusIn(l)
	return code != "" && at != nil && !at.local && code < "500"
}

// rank is how much an outcome tells.
func rank(at *place, o *outcome) int {
	switch {
	case o.kind == diagnose.UntrustedCA:
		return 3
	case !at.local:
		return 2
	}
	return 1
}

func (o *outcome) finding(l *link) ledger.Finding {
	name := l.at.name
	if host := awsName.FindString(l.text); host != "" && host != name {
		name += " (" + host + ")"
	}
	f := ledger.Finding{
		Kind: o.kind, What: capital(name) + " " + o.what + ".", Why: o.why + ".", Change: o.change + ".",
		Source: o.source, Confidence: "L",
	}
	if l.at.local && o.local != "" {
		f.Why, f.Change = o.local+".", o.localChange+"."
	}
	if l.at == containerEndpoint && o.kind == "no-answer" && o.source == docMeta {
		f.Why, f.Change, f.Source = silentEndpoint, silentEndpointChange, docTaskRoles
	}
	if plainHTTP.MatchString(l.text) && !l.at.local {
		f.What += " The address is plain HTTP (port 80)."
		f.Why = "TLS is switched off for this client: http:// in the endpoint, or an option such as useSsl=false. " +
			"AWS's endpoints want HTTPS, and many networks let nothing else out. No credentials were judged."
		f.Change = "Use https:// (port 443): take the option or the endpoint with http:// out of the settings."
	}
	return f
}

// silentEndpoint and silentEndpointChange are about the container endpoint without an answer,
// which hop limits do not concern
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html).
const (
	silentEndpoint = "The agent of ECS (or of the host's own kind) answers there, for processes in a task alone, by " +
		"variables that only the task has. Here it is not running or not reached: the process is outside of a task " +
		"(the Docker daemon, the host, a computer of your own), the network mode or a rule of the firewall is in the " +
		"way, or a proxy."
	silentEndpointChange = "Ask it by hand from the same place (curl -m 2 -i " +
		"169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) and set NO_PROXY=169.254.170.2; outside of a task " +
		"unset the variable and give the process credentials of its own."
)

// plainHTTP is an address of AWS without TLS.
var plainHTTP = late.MustCompile(`(?i)http://[a-z0-9.-]+\.(?:amazonaws\.com|api\.aws)|` +
	`(?:amazonaws\.com(?:\.cn)?|api\.aws)(?:/[\d.]+)?:80\b`)

// capital begins a sentence, but for a hostname.
func capital(text string) string {
	if word, _, _ := strings.Cut(text, " "); strings.Contains(word, ".") {
		return text
	}
	return prose.Capital(text)
}

// httpStatus is a status in the text of an error.
var httpStatus = late.MustCompile(
	`(?i)(?:status(?:[ _]?code)?[:= "'(]*|resulted in a .|response .|HTTP/[0-9.]+ |HTTP error |HTTP |code[:= ]+|error )` +
		`([45]\d\d)\b|\b([45]\d\d)[ :(-]+(?:Unauthorized|Not Found|Forbidden|Bad Request|Internal Server Error|` +
		`Service Unavailable|Method Not Allowed)`)

// notFoundAt is how an SDK says that a place of the host answered 404, without the number
// (https://github.com/aws/aws-sdk-java/blob/master/aws-java-sdk-core/src/main/java/com/amazonaws/util/EC2MetadataUtils.java).
var notFoundAt = late.MustCompile(`The requested metadata is not found at\s+(https?://[^\s\],;]+)`)

// statusIn is the status of HTTP that a link names, and the place that answered with it;
// empty and nil for none.
func statusIn(l *link) (code string, at *place) {
	if m := notFoundAt.FindStringSubmatch(l.text); m != nil {
		return "404", placeIn(m[1]) // the provider's name may be that of another place
	}
	if m := httpStatus.FindStringSubmatch(l.text); m != nil {
		return m[1] + m[2], l.at
	}
	return "", nil
}

// statusOf is what the status of a place of the host means.
type statusOf struct {
	at                *place
	status            string
	what, why, change string
}

var statuses = []statusOf{
	{instanceMetadata, "401",
		"EC2's instance metadata refused the request with 401: it carried no valid session token.",
		"Either the instance takes version 2 only (HttpTokens=required), and the program asked as version 1 does, " +
			"or it sent a token that had ended (its TTL is over, the machine was paused) or is of another machine. " +
			"AWS did not refuse anything",
		"if it never asks for a token (PUT /latest/api/token): use a version of its SDK that does, and " +
			"until then let the instance allow version 1 (aws ec2 modify-instance-metadata-options --http-tokens " +
			"optional); if it does: have it ask for a new one on 401"},
	{instanceMetadata, "404", "EC2's instance metadata has no role for this program: it answered 404.",
		"No keys were found in variables or files before, and the list of roles is empty: no instance profile " +
			"is attached to the machine. What was not found is the role, not a bucket or an object",
		"attach an instance profile with a role to the machine, or give the program keys in the way that it reads"},
	{instanceMetadata, "403",
		"EC2's instance metadata answered 403: it is turned off, or a proxy answered in its place.",
		"The request did not get as far as a role",
		"turn the metadata service on (HttpEndpoint=enabled), and set NO_PROXY=169.254.169.254"},
	{instanceMetadata, "400", "What answers at 169.254.169.254 is not EC2's instance metadata, or did not understand.",
		"Other clouds answer at that address too, Azure's with 400: an SDK that looks there takes it for " +
			"EC2's. A request that went through a proxy is refused so as well",
		"set AWS_EC2_METADATA_DISABLED=true where the program does not run on EC2, and give it credentials " +
			"of this host"},
	{instanceMetadata, "503", "EC2's instance metadata could not complete the request and answered 503.",
		"It is there, and says so when it is asked too often at once or is not ready; a proxy in between says the " +
			"same when it does not reach it. The request got no credentials, and no service was called",
		"let the SDK try again, keep one client instead of many, and set NO_PROXY=169.254.169.254"},
	{instanceMetadata, "405", "The instance metadata refused the method of the request with 405.",
		"What answers there does not know version 2's PUT, or the program asked version 1's way where that is off",
		"use an SDK that asks for a token with PUT /latest/api/token, directly and not through a proxy"},
	// https://github.com/aws/eks-pod-identity-agent/blob/main/internal/validation/request.go
	{agentOfPods, "400",
		"The agent of EKS Pod Identity refused the request with 400: it carried no token that the agent takes.",
		"The agent reads the pod's token from the Authorization header before it asks EKS, and says 400 where that " +
			"is missing, empty, no token or one that has ended. The program does not send the content of the file " +
			"that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names; role and association were not looked at",
		"have the program read that file anew for each request and send its content as Authorization; an SDK that " +
			"knows EKS Pod Identity does (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-minimum-sdk.html)"},
	{agentOfPods, "", "The agent of EKS Pod Identity refused the request.",
		"It hands out credentials for the token in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE only, and for " +
			"service accounts that have an association with a role",
		"see that the SDK sends that token, read anew each time, and that the association is of this namespace and " +
			"service account (aws eks list-pod-identity-associations)"},
	{containerEndpoint, "", "The container credentials endpoint refused the request.",
		"It hands out the credentials of the task's role for the path or the token in the variables of this " +
			"container only",
		"give the task a task role, and leave AWS_CONTAINER_CREDENTIALS_* and " +
			"AWS_CONTAINER_AUTHORIZATION_TOKEN as the " +
			"host set them"},
}

// refusedByPlace says what the status means with which a place of the host answered.
func refusedByPlace(chain []link) (ledger.Finding, bool) {
	for i := len(chain) - 1; i >= 0; i-- {
		code, at := statusIn(&chain[i])
		if at == nil {
			continue
		}
		for _, s := range statuses {
			if s.at == at && (s.status == code || s.status == "") {
				return ledger.Finding{
					Kind: "endpoint-refused", What: s.what, Why: s.why + ".", Change: capital(s.change) + ".",
					Source: docMeta, Confidence: "L",
				}, true
			}
		}
	}
	return ledger.Finding{}, false
}

// likeRegion is a part of a hostname that stands in a region's place.
var likeRegion = late.MustCompile(`^(?:us|eu|ap|sa|ca|me|af|il|mx|cn)[-_]?[a-z]+[-_]?[a-z]*[-_]?\d?[a-z]?$`)

// noRegionOfAWS is the finding about a hostname of AWS with something in the place of
// the region that is none, where its text says that it was not reached.
func noRegionOfAWS(text string) (ledger.Finding, bool) {
	if answersOfAWS(text) || outcomeIn(text) == nil {
		return ledger.Finding{}, false
	}
	for _, host := range awsName.FindAllString(text, maxCalls) {
		labels := strings.Split(host, ".")
		for _, label := range labels[min(1, len(labels)):max(1, len(labels)-2)] {
			if likeRegion.MatchString(label) && !service.IsRegion(label) {
				return ledger.Finding{Kind: "bad-region", Source: docRegion, Confidence: "L",
					What: fmt.Sprintf("The endpoint %s has %s in the place of the region, which is the name of none.",
						host,
						label),
					Why: "There is no such host, so nothing was sent and no credentials were judged. An " +
						"availability zone (us-east-1a), a region without its number or hyphens, and a title of " +
						"the console are typical.",
					Change: "Set the region to a name such as us-east-1 in the setting or variable that the " +
						"program reads (AWS_REGION, AWS_DEFAULT_REGION, region of the profile)."}, true
			}
		}
	}
	return ledger.Finding{}, false
}

// regionSetting is a region as a setting, a variable or an option has it; regionWithin
// is the name of one with something around it.
var (
	regionSetting = late.MustCompile(
		`(?i)\b(?:aws_)?(?:default_)?region(?:_?name)?["']?\s*(?:[:=]|=>)\s*["']([\w-]+)["']`)
	regionWithin = late.MustCompile(`(?:us|eu|ap|sa|ca|me|af|il|mx|cn)-(?:gov-)?[a-z]+-\d`)
)

// noRegionSet is the finding about a region set in the text that is the name of one with
// something around it, or in other letters.
func noRegionSet(text string) (ledger.Finding, bool) {
	for _, m := range regionSetting.FindAllStringSubmatch(text, maxCalls) {
		like := regionWithin.FindString(strings.ReplaceAll(strings.ToLower(m[1]), "_", "-"))
		if like == "" || service.IsRegion(m[1]) {
			continue
		}
		return ledger.Finding{
			Kind: "bad-region", Source: docRegion, Confidence: "L",
			What: fmt.Sprintf("The region in the text, %q, is no name of a region; %s is one.", m[1], like),
			Why: "The endpoint's name and the signature are made of it, so the request goes to a host that is not " +
				"there or is signed for a region that the service does not know.",
			Change: fmt.Sprintf("Set the region to %s.", like),
		}, true
	}
	return ledger.Finding{}, false
}
