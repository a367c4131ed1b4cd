package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
)

// bill is a CycloneDX document. It has no time and no serial number: the same binaries make the
// same bill.
type bill struct {
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Ref        string      `json:"bom-ref"`
	Type       string      `json:"type"` // application or library
	Name       string      `json:"name"`
	Version    string      `json:"version,omitempty"`
	PURL       string      `json:"purl,omitempty"`
	Hashes     []hash      `json:"hashes,omitempty"`
	Properties []property  `json:"properties,omitempty"`
	Components []component `json:"components,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// read makes the bill of binaries. A binary that Go did not build is an error.
func read(release string, paths []string) (bill, error) {
	whole := component{Ref: "switchboard", Type: "application", Name: "switchboard", Version: release}
	made := bill{Format: "CycloneDX", Spec: "1.6", Version: 1}
	libraries := map[string]component{}
	for _, path := range paths {
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			return bill{}, fmt.Errorf("read what %s was built of: %w", path, err)
		}
		binary, err := binaryOf(path, info)
		if err != nil {
			return bill{}, err
		}
		link := dependency{Ref: binary.Ref}
		for _, each := range linked(info) {
			libraries[each.Ref] = each
			link.DependsOn = append(link.DependsOn, each.Ref)
		}
		slices.Sort(link.DependsOn)
		whole.Components = append(whole.Components, binary)
		made.Dependencies = append(made.Dependencies, link)
	}
	made.Metadata.Component = whole
	for _, ref := range slices.Sorted(maps.Keys(libraries)) {
		made.Components = append(made.Components, libraries[ref])
	}
	return made, nil
}

// binaryOf is a binary with its hash. SAM calls each of them bootstrap: its folder has the name.
func binaryOf(path string, info *debug.BuildInfo) (component, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return component{}, fmt.Errorf("read binary: %w", err)
	}
	sum := sha256.Sum256(content)
	name := filepath.Base(path)
	if name == "bootstrap" {
		name = filepath.Base(filepath.Dir(path))
	}
	made := component{
		Ref: "binary:" + name, Type: "application", Name: name, Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
		Properties: []property{{"main", info.Path}},
	}
	for _, setting := range info.Settings {
		if slices.Contains([]string{"GOOS", "GOARCH", "CGO_ENABLED", "-tags"}, setting.Key) {
			made.Properties = append(made.Properties, property{setting.Key, setting.Value})
		}
	}
	return made, nil
}

// linked lists the modules in a binary, and Go's standard library.
func linked(info *debug.BuildInfo) []component {
	found := []component{library("stdlib", strings.TrimPrefix(info.GoVersion, "go"), "")}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		found = append(found, library(module.Path, module.Version, module.Sum))
	}
	return found
}

// library is a module; https://github.com/package-url/purl-spec defines the purl.
func library(path, version, sum string) component {
	purl := "pkg:golang/" + path + "@" + url.PathEscape(version)
	made := component{Ref: purl, Type: "library", Name: path, Version: version, PURL: purl}
	if sum != "" {
		made.Properties = []property{{"go.sum", sum}} // h1: is no hash of a file, so CycloneDX has no field for it
	}
	return made
}
