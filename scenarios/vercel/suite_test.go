package vercel_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestVercel(t *testing.T) { suite.Run(t, "Vercel", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"A chat on Vercel asks Bedrock through the AI SDK", "the AWS SDK for Go v2",
	"finds no credentials in a token alone",
	"puts and gets an object", "CloudTrail", "names both variables",
	"the token for the role from the header of a request",
	"is refused a token that is wrong for another audience", "keeps previews out",
	"an unmodified program (meets the same refusal|is refused any other host|finds no instance)",
	"provider where the host injects all five variables .*3.0.70, strategy (explicit|env)$",
	"provider on Fluid compute .* vercel-fluid, 3.0.70, strategy explicit$", "provider streams",
}
