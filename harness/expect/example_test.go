package expect_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
)

// In a test, NewWithT(t).Expect(r) takes the place of the Gomega made here.
func Example() {
	ctx := context.Background()
	d, err := harness.Start(ctx, "vercel")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer d.Close(ctx)
	r, err := d.Run(ctx, harness.Func("idle", func(context.Context) error { return nil }))
	if err != nil {
		fmt.Println(err)
		return
	}
	g := gomega.NewGomega(func(message string, _ ...int) {
		fmt.Println(strings.SplitN(message, "\n", 2)[0])
	})
	g.Expect(r).To(expect.Succeeded())
	g.Expect(r).To(expect.NoCalls())
	g.Expect(r).To(expect.Accepted("bedrock:Converse", "arn:aws:iam::111122223333:user/app"))
	// Output: expected bedrock:Converse to be accepted as arn:aws:iam::111122223333:user/app
}
