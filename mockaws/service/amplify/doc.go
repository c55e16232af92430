// Package amplify is AWS Amplify Hosting: apps, branches and their compute roles.
package amplify
