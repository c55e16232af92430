package report_test

import (
	"net/http"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/report"
)

// sample is a small report with a cell of every outcome, one that is not as
// expected, and a signature that does not match.
func sample() *report.Report {
	vercel, local := host("vercel"), host("local")
	r := &report.Report{
		Schema: report.Schema, Started: time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC), Duration: 83 * time.Second,
		Planned: 10,
		Hosts:   []report.Host{local, vercel},
		Subjects: []report.Subject{
			{Name: "node-ai-sdk@3.0.70", Title: "AI SDK, Bedrock provider 3.0.70 (JavaScript)",
				Library: "@ai-sdk/amazon-bedrock@3.0.70", Call: "bedrock:Converse",
				Strategies: []report.Strategy{{Name: "explicit", Title: "key and secret as options"},
					{Name: "env", Title: "the environment"}, {Name: "by-hand", Title: "signs by hand"}}},
			{Name: "aws-cli", Title: "AWS CLI", Library: "awscli", Call: "s3:ListBuckets",
				Strategies: []report.Strategy{{Name: "chain", Title: "the default chain"},
					{Name: "process", Title: "a <process> & \"more\""}}},
		},
	}
	for _, h := range r.Hosts {
		for _, s := range r.Subjects {
			for _, way := range s.Strategies {
				r.Cells = append(r.Cells, report.Cell{Host: h.Name, Subject: s.Name, Strategy: way.Name,
					Status:   report.Status{Outcome: report.Accepted, As: "user app"},
					Expected: &report.Expectation{Status: report.Status{Outcome: report.Accepted}},
					Run:      run(accepted())})
			}
		}
	}
	r.Cells[1] = noCall(r.Cells[1])
	r.Cells[3] = failed(r.Cells[3])
	r.Cells[4] = broken(r.Cells[4])
	r.Cells[5] = mixed(r.Cells[5])
	r.Cells[7] = mismatch(r.Cells[7])
	r.Cells[8] = noted(r.Cells[8])
	return r
}

func host(name string) report.Host {
	h, err := fixtures.Builtin().Host(name)
	if err != nil {
		panic(err)
	}
	return report.DescribeHost(h)
}

func run(exchanges ...report.Exchange) *report.Run {
	return &report.Run{
		Command: "node subject.mjs --strategy explicit", Settings: []string{"--bearer-as MY_BEDROCK_API_KEY",
			"--bucket uploads"}, Isolation: "sandbox", Mock: "embedded", Duration: 740 * time.Millisecond,
		Exchanges: append([]report.Exchange{}, exchanges...),
		Environment: []report.Variable{
			{Name: "AWS_SESSION_TOKEN", SetBy: "host", Shown: "996 characters, IQoJb3Jp…", Secret: true},
			{Name: "AWS_REGION", SetBy: "host", Shown: "us-east-1"},
			{Name: "VERCEL", SetBy: "host", Shown: "1"},
			{Name: "MY_AWS_ACCESS_KEY_ID", SetBy: "user", Shown: "AKIAEXAMPLEEXAMPLE22"},
			{Name: "MY_AWS_SECRET_ACCESS_KEY", SetBy: "user", Shown: "40 characters", Secret: true},
			{Name: "NODE_EXTRA_CA_CERTS", SetBy: "wiring", Shown: "/etc/ssl/hostproof.pem"},
			{Name: "PATH", SetBy: "base", Shown: "/usr/bin:/bin"},
		},
	}
}

func accepted() report.Exchange {
	return report.Exchange{
		Seq: 1, Time: time.Date(2026, 11, 21, 7, 30, 1, 0, time.UTC), Duration: 2 * time.Millisecond,
		Call: "bedrock:Converse", Action: "bedrock:InvokeModel",
		Resource: "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
		Method:   "POST",
		URL:      "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse",
		Header: http.Header{"Authorization": {"AWS4-HMAC-SHA256 " +
			"Credential=AKIAEXAMPLEEXAMPLE22/20261121/us-east-1/bedrock/aws4_request, " +
			"SignedHeaders=host;x-amz-date, Signature=0a1b2c3d…"}},
		Accepted: true, Principal: "arn:aws:iam::111122223333:user/app", Status: 200,
		Credentials: []report.Part{
			{Name: "key id", Shown: "AKIAEXAMPLEEXAMPLE22", From: "MY_AWS_ACCESS_KEY_ID (set by the user)",
				Owner: "arn:aws:iam::111122223333:user/app"},
			{Name: "secret", Shown: "the secret of AKIAEXAMPLEEXAMPLE22 (40 characters)",
				From: "MY_AWS_SECRET_ACCESS_KEY (set by the user)"},
		},
	}
}

func refused(reason, code, message string) report.Exchange {
	e := accepted()
	e.Accepted, e.Principal, e.Stage, e.Reason, e.Detail = false, "", "authenticate", reason,
		"the token sent with the key belongs to another"
	e.Status, e.Code, e.Message, e.Confidence, e.Source = 403, code, message, "V", "vercel/ai#14136"
	return e
}

func noCall(c report.Cell) report.Cell {
	c.Outcome, c.As, c.Finding = report.NoCall, "", "no-call"
	c.Expected = &report.Expectation{Status: report.Status{Outcome: report.NoCall},
		Because: "The library has no default chain.", Source: "vercel/ai#2780"}
	c.Run = run()
	c.Run.ExitCode, c.Run.Said = 1, "AI_LoadSettingError: AWS access key ID setting is missing."
	c.Run.Elsewhere = []string{"tried to reach 169.254.169.254:80 (tcp): refused, for nothing may leave"}
	c.Run.Ledger = []report.Row{
		{Place: "EC2 instance metadata (role node)", How: "169.254.169.254:80",
			Asked: "6 times, version 1: refused with 401, a token is required", Used: "-"},
		{Place: "the EKS Pod Identity agent (role app)", How: "AWS_CONTAINER_CREDENTIALS_FULL_URI", Asked: "never",
			Used: "-"},
	}
	c.Run.Findings = []report.Finding{{Kind: "no-call", What: "The subject failed before it made any AWS call.",
		Change: "Pass it the credentials that this host has."}}
	return c
}

func failed(c report.Cell) report.Cell {
	c.Outcome, c.Unexpected = report.Failed, "outcome failed, not accepted"
	c.Run.ExitCode, c.Run.Said = 3, "Traceback:\nKeyError: 'Buckets' \x1b[31m</script><script>alert(1)</script>"
	return c
}

func broken(c report.Cell) report.Cell {
	c.Outcome, c.As, c.Run = report.Broken, "", nil
	c.Problem, c.Unexpected = "cannot deploy: the disk is full", "outcome broken, not accepted"
	return c
}

func mixed(c report.Cell) report.Cell {
	c.Outcome, c.As, c.Code, c.Finding = report.Refused, "", "UnrecognizedClientException", "mixed-credentials"
	c.Expected = &report.Expectation{Status: report.Status{Outcome: report.Refused},
		Because: "The library takes the token from the environment.", Source: "vercel/ai#14136"}
	e := refused("token-for-other-key", "UnrecognizedClientException",
		"The security token included in the request is invalid")
	e.Credentials = append(e.Credentials, report.Part{Name: "token", Shown: "996 characters, IQoJb3Jp…",
		From:  "AWS_SESSION_TOKEN (set by the host)",
		Owner: "arn:aws:sts::999988887777:assumed-role/vercel-function/fn"})
	e.Canonical = &report.Canonical{
		Request: "POST\n/model/anthropic.claude-3-haiku-20240307-v1%253A0/converse\n\nhost:bedrock-runtime.us-east-1.amazonaws.com\nx-amz-date:20261121T073001Z\nx-amz-security-token:<996 characters, IQoJb3Jp…>\n\nhost;x-amz-date;x-amz-security-token\n3f5c0d5b",
		Mistake: "the signature is right",
	}
	c.Run = run(e)
	c.Run.ExitCode, c.Run.Said = 1, "AI_APICallError: The security token included in the request is invalid"
	c.Run.Findings = []report.Finding{{Kind: "mixed-credentials", Seq: 1,
		What: "The access key id AKIAEXAMPLEEXAMPLE22 came from MY_AWS_ACCESS_KEY_ID (set by the user), but the " +
			"session token came from AWS_SESSION_TOKEN (set by the host).",
		Change: "Pass the key and its secret through a credential provider that returns exactly these two.",
		Source: "https://vercel.com/docs/environment-variables/reserved-environment-variables"}}
	return c
}

func mismatch(c report.Cell) report.Cell {
	c.Outcome, c.As, c.Code, c.Finding = report.Refused, "", "InvalidSignatureException", "wrong-signature"
	c.Expected = &report.Expectation{Status: report.Status{Outcome: report.Refused},
		Because: "The path is signed as it is sent, encoded once."}
	e := refused("signature-mismatch", "InvalidSignatureException",
		"The request signature we calculated does not match the signature you provided.")
	e.Canonical = &report.Canonical{
		Request: "POST\n/model/anthropic.claude-3-haiku-20240307-v1%253A0/converse\n\nhost:bedrock-runtime.us-east-1.amazonaws.com\nx-amz-date:20261121T073001Z\n\nhost;x-amz-date\n3f5c0d5b",
		Mistake: "the path was encoded once, where AWS encodes it twice", Line: 2, Name: "path",
		Ours:   "/model/anthropic.claude-3-haiku-20240307-v1%253A0/converse",
		Theirs: "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse",
	}
	c.Run = run(e)
	c.Run.ExitCode = 1
	c.Run.Findings = []report.Finding{{Kind: "wrong-signature", Seq: 1,
		What: "The first canonical line that differs is line 2.", Change: "Sign with a maintained signer."}}
	return c
}

func noted(c report.Cell) report.Cell {
	c.As, c.Finding = "role app-execution", "platform-principal"
	c.Run.Findings = []report.Finding{{Kind: "platform-principal", Hazard: true, Seq: 1,
		What: "The call was made with credentials that the host set.", Change: "Fine if the host's role is meant."}}
	return c
}
