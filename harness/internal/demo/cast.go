package demo

import (
	"context"
	"slices"
	"strings"
)

// cast is a story's part, ready to run.
type cast struct {
	part Part
	argv []string // a scene's version follows
	// instead says why it is not the story's library; empty if it is.
	instead string
}

// cast prepares the story's library, or else what stands in for it. An error
// means that the demo was interrupted.
func (s *stage) cast(ctx context.Context, story Story) (cast, error) {
	argv, why := s.library(ctx, story.Library)
	if ctx.Err() != nil {
		return cast{}, context.Cause(ctx)
	}
	if why == "" {
		return cast{part: story.Library, argv: argv}, nil
	}
	return cast{part: story.StandIn, argv: slices.Clone(s.Self), instead: why}, nil
}

// library is the command that runs a part, or a reason why it cannot run here.
func (s *stage) library(ctx context.Context, p Part) (argv []string, why string) {
	if p.SandboxOnly && !s.backend.OwnNetwork() {
		return nil, "outside of the sandbox it would call the real AWS, since it reads no AWS_ENDPOINT_URL"
	}
	if why := s.node.unfit(p.Folder); why != "" {
		return nil, why
	}
	if s.uninstallable != "" {
		return nil, s.uninstallable
	}
	argv, err := s.install(ctx, p)
	if err != nil {
		s.uninstallable = "it cannot be installed here: " + shorten(cause(p, err))
		return nil, s.uninstallable
	}
	return argv, ""
}

// cause is an installation's error without what the reader knows.
func cause(p Part, err error) string {
	text := strings.TrimPrefix(err.Error(), "installing subject "+p.Folder+": ")
	return strings.ReplaceAll(text, "npm error ", "")
}
