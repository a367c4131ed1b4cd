package report

import (
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strings"

	"github.com/go-analyze/charts"
)

// chart is bars over a row of labels.
type chart struct {
	ID, Title string
	Text      string // what the bars show, for those who do not see them
	Labels    []string
	Every     int // how many labels one that is shown stands for
	Series    []series
	Stacked   bool
	Percent   bool // the vertical axis ends at 100
	Values    bool // each bar has its value above it
}

// series is one bar of each label, in a color of the page.
type series struct {
	Name, Class string
	Values      []float64
}

// The size of a chart in its own pixels. The page scales it.
const (
	chartWidth, chartHeight = 480, 220
	fontPoints              = 8.5

	// tickPoints is the size in which the library lays out the labels below the bars. It would
	// leave out labels that it takes for too wide, and not center the others.
	tickPoints = 1
)

// The colors that the library writes stand for classes of the page's style sheet: so the page can
// be dark, and its content security policy needs no style attribute.
var paints = map[string]string{
	"rgb(1,1,1)": "ink", "rgb(2,2,2)": "axis", "rgb(3,3,3)": "grid", "rgb(4,4,4)": "tick",
	"rgb(11,11,11)": "served", "rgb(12,12,12)": "gone", "rgb(13,13,13)": "other",
}

func paint(class string) charts.Color {
	for color, name := range paints {
		if name == class {
			return charts.ParseColor(color)
		}
	}
	return charts.ParseColor("rgb(1,1,1)")
}

// svg returns the chart as an element of the page.
func (c chart) svg() (template.HTML, error) {
	values, names := make([][]float64, len(c.Series)), make([]string, len(c.Series))
	theme := charts.ThemeOption{
		BackgroundColor: charts.ColorTransparent, TextColor: paint("ink"), AxisStrokeColor: paint("axis"), AxisSplitLineColor: paint("grid"),
	}
	for i, each := range c.Series {
		values[i], names[i] = each.Values, each.Name
		theme.SeriesColors = append(theme.SeriesColors, paint(each.Class))
	}
	font := charts.FontStyle{FontSize: fontPoints, FontColor: paint("ink")}
	option := charts.NewBarChartOptionWithData(values)
	option.Theme = charts.MakeTheme(theme)
	option.Padding = charts.NewBox(6, 6, 10, 6)
	option.StackSeries = charts.Ptr(c.Stacked)
	option.BarMargin = charts.Ptr(1.0)
	option.Legend = charts.LegendOption{SeriesNames: names, FontStyle: font, Show: charts.Ptr(len(names) > 1), Symbol: charts.SymbolSquare}
	option.CategoryAxis = charts.CategoryAxisOption{
		Labels: c.shown(), LabelFontStyle: charts.FontStyle{FontSize: tickPoints, FontColor: paint("tick")}, LabelCount: len(c.Labels),
		BoundaryGap: charts.Ptr(true),
	}
	option.ValueAxis[0] = charts.ValueAxisOption{
		LabelFontStyle: font, Min: charts.Ptr(0.0), ValueFormatter: func(value float64) string { return fmt.Sprintf("%.0f", value) },
	}
	if c.Percent {
		option.ValueAxis[0].Max, option.ValueAxis[0].LabelCount = charts.Ptr(100.0), 6
	}
	for i := range option.SeriesList {
		option.SeriesList[i].Label = charts.SeriesLabel{Show: charts.Ptr(c.Values), FontStyle: font, ValueFormatter: whole}
	}
	painter := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputSVG, Width: chartWidth, Height: chartHeight})
	if err := painter.BarChart(option); err != nil {
		return "", fmt.Errorf("draw chart %s: %w", c.ID, err)
	}
	drawn, err := painter.Bytes()
	if err != nil {
		return "", fmt.Errorf("draw chart %s: %w", c.ID, err)
	}
	return c.named(string(drawn)), nil
}

// whole is the label of a bar, which one of no height does not have.
func whole(value float64) string {
	if value == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f", value)
}

// shown lists the labels, of which the others are blank.
func (c chart) shown() []string {
	shown := make([]string, len(c.Labels))
	for i, label := range c.Labels {
		if c.Every < 2 || i%c.Every == 0 {
			shown[i] = label
		}
	}
	return shown
}

var (
	opening   = regexp.MustCompile(`^<svg [^>]*>`)
	styled    = regexp.MustCompile(` style="([^"]*)"`)
	invisible = regexp.MustCompile(`<path d="[^"]*" class=""/>`)
)

// named puts title and description in front of what the library drew, and classes in the place of
// its style attributes.
func (c chart) named(drawn string) template.HTML {
	body := opening.ReplaceAllString(drawn, "")
	body = styled.ReplaceAllStringFunc(body, func(attribute string) string {
		return classes(styled.FindStringSubmatch(attribute)[1])
	})
	body = invisible.ReplaceAllString(body, "")
	return template.HTML(fmt.Sprintf(
		`<svg viewBox="0 0 %d %d" role="img" aria-labelledby="%[3]s-title %[3]s-text"><title id="%[3]s-title">%[4]s</title><desc id="%[3]s-text">%[5]s</desc>%[6]s`,
		chartWidth, chartHeight, c.ID, html.EscapeString(c.Title), html.EscapeString(c.Text), body))
}

// classes returns the attributes for a style that the library writes.
func classes(style string) string {
	var names []string
	size := ""
	for declaration := range strings.SplitSeq(style, ";") {
		name, value, _ := strings.Cut(declaration, ":")
		switch {
		case name == "font-size":
			size = ` font-size="` + value + `"`
		case name == "fill" && paints[value] == "tick":
			return ` class="tick" dy="1em"`
		case name == "fill" && paints[value] != "":
			names = append(names, paints[value])
		case name == "stroke" && paints[value] != "":
			names = append(names, paints[value]+"-line")
		}
	}
	return ` class="` + strings.Join(names, " ") + `"` + size
}
