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
	if name, by := c.taken(); by != "" && !c.HasProfile(name) {
		return fmt.Sprintf("%s names the profile %s, which no file of this host has; the program went on to other "+
				"credentials without a word.", by, name),
			fmt.Sprintf("Give this host the profile %s, or take %s out", name, by), docProfiles
	}
	if why, change := c.otherThanNamed(); why != "" {
		return why, change, docProfiles
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

// assumed reports whether the run has a call that asks STS for a role.
func (d *Facts) assumed() bool {
	return slices.ContainsFunc(d.Calls, func(c *Call) bool {
		return strings.HasPrefix(c.Exchange.Call, "sts:AssumeRole")
	})
}

// otherThanNamed says that the call's key stands in another profile than the one that a
// variable names; empty where that is not so.
func (c *Call) otherThanNamed() (why, change string) {
	name, by := c.taken()
	key := c.Trace.KeyID
	if by == "" || key.File == "" || len(key.Variables) > 0 {
		return "", ""
	}
	named, section := c.sections()[name], c.profileWith(c.Presented.KeyID)
	if section == "" || named["aws_access_key_id"] == c.Presented.KeyID || named["source_profile"] == section {
		return "", ""
	}
	return fmt.Sprintf("The key is of the profile %s, and %s names %s: the program does not take the profile "+
			"that is named.", section, by, name),
		fmt.Sprintf("Name the profile %s in the way that this program reads, or hand it what the AWS CLI gets: "+
			"eval \"$(aws configure export-credentials --profile %s --format env)\"", name, name)
}
