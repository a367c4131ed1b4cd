package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// price is what a vendor asks for a number of units.
type price struct {
	Key     string  `yaml:"key"`
	USD     float64 `yaml:"usd"`
	Per     float64 `yaml:"per"`
	Source  string  `yaml:"source"`
	Checked string  `yaml:"checked"` // "" = not compared with any page
}

// each returns the price of one unit.
func (p price) each() float64 { return p.USD / p.Per }

// text returns such as "$0.20 / 1,000,000"; a price that was not checked has a question mark.
func (p price) text() string {
	text := "$" + strconv.FormatFloat(p.USD, 'f', -1, 64)
	if p.Per != 1 {
		text += " / " + grouped(p.Per, 0)
	}
	if p.Checked == "" {
		text += " (?)"
	}
	return text
}

// assumptions are what no price list says.
type assumptions struct {
	Pollers       int `yaml:"pollers"`      // for each queue
	IdleMinutes   int `yaml:"idle_minutes"` // after which Lambda ends an environment
	HeaderBytes   int `yaml:"header_bytes"` // of an answer or a request
	Days          int `yaml:"days"`         // in a month on which the desk is open
	NodeMegabytes int `yaml:"node_megabytes"`
}

// priceFile is prices.yaml.
type priceFile struct {
	Prices      []price     `yaml:"prices"`
	Assumptions assumptions `yaml:"assumptions"`
}

func readPrices(path string) (file priceFile, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return file, fmt.Errorf("read prices: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return file, fmt.Errorf("decode %s: %w", path, err)
	}
	for _, each := range file.Prices {
		if each.Key == "" || each.USD < 0 || each.Per <= 0 || each.Source == "" {
			return file, fmt.Errorf("check %s: price %q needs usd, per and source", path, cmp.Or(each.Key, "without a key"))
		}
	}
	a := file.Assumptions
	if min(a.Pollers, a.IdleMinutes, a.HeaderBytes, a.Days, a.NodeMegabytes) <= 0 {
		return file, fmt.Errorf("check %s: each assumption must be 1 or more", path)
	}
	return file, nil
}

// of returns a price. err names one that the file lacks.
func (f priceFile) of(key string) (price, error) {
	for _, each := range f.Prices {
		if each.Key == key {
			return each, nil
		}
	}
	return price{}, fmt.Errorf("the price file has no price %q", key)
}
