package facts

import (
	"fmt"
	"slices"
	"strings"
)

// ProfilePassedOver says of a call that it was not made as the profile says that SDKs
// take here: the role to which that leads was never assumed, or there is no such
// profile. It is empty where the profile says nothing of this.
func (c *Call) ProfilePassedOver() (why, change, source string) {
	if name, by := c.taken(); by != "" && !c.hasProfile(name) {
		return fmt.Sprintf("%s names the profile %s, which no file of this host has; the program went on to other "+
				"credentials without a word.", by, name),
			fmt.Sprintf("Give this host the profile %s, or take %s out", name, by), docProfiles
	}
	p, ok := c.ProfileTaken()
	role := c.sections()[p.Name]["role_arn"]
	if !ok || role == "" || c.assumed() {
		return "", "", ""
	}
	return fmt.Sprintf("Here %s leads to %s by %s, and nobody called sts:AssumeRole: the call was made "+
			"with other credentials.", p, role, strings.Join(p.Leads, ", ")),
		fmt.Sprintf("Have the program follow the profile to the role, by an SDK that does, or hand it what the AWS "+
			"CLI gets: eval \"$(aws configure export-credentials --profile %s --format env)\"", p.Name), docExport
}

// hasProfile reports whether a file of the host has a profile of this name.
func (d *Facts) hasProfile(name string) bool { return d.sections()[name] != nil }

// assumed reports whether the run has a call that asks STS for a role.
func (d *Facts) assumed() bool {
	return slices.ContainsFunc(d.Calls, func(c *Call) bool {
		return strings.HasPrefix(c.Exchange.Call, "sts:AssumeRole")
	})
}
