// 放大细看: the drawing gives way to one that answers a finger or a mouse, and can be kept as SVG.
// Its library travels only when somebody asks; without it, or without scripts, the drawing stays.
document.querySelectorAll("[data-chart]").forEach((figure) => {
  const open = figure.querySelector("[data-chart-open]");
  const save = figure.querySelector("[data-chart-save]");
  const stage = figure.querySelector("[data-chart-stage]");
  const given = document.getElementById(figure.dataset.chart);
  if (!open || !stage || !given) return;
  const { title, unit, labels, series } = JSON.parse(given.textContent);
  let chart = null;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const library = () =>
    window.echarts
      ? Promise.resolve()
      : new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = figure.dataset.chartLibrary;
          script.onload = resolve;
          script.onerror = reject;
          document.head.append(script);
        });

  const drawn = (each, place) =>
    each.mark
      ? { name: each.name, type: "line", data: each.values, color: colour("--gold-700"), symbol: "rect", symbolSize: [18, 3], lineStyle: { type: "dashed", width: 1 } }
      : { name: each.name, type: "bar", data: each.values, color: colour(place ? "--blue-500" : "--blue-700"), barMaxWidth: 44, label: { show: place === 0, position: "top" } };

  const show = () => {
    const place = document.createElement("div");
    place.className = "chart__live";
    stage.replaceChildren(place);
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
    chart = window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption({
      aria: { enabled: true, decal: { show: true }, label: { description: title } },
      animation: false,
      textStyle: { fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily },
      legend: { top: 0, textStyle: { fontSize: size } },
      tooltip: { trigger: "axis", renderMode: "richText", textStyle: { fontSize: size } },
      grid: { left: 8, right: 16, top: 48, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: labels, axisLabel: { fontSize: size, interval: 0, hideOverlap: true } },
      yAxis: { type: "value", name: unit, minInterval: 1, axisLabel: { fontSize: size } },
      series: series.map(drawn),
    });
    new ResizeObserver(() => chart.resize()).observe(place);
  };

  open.addEventListener("click", () => {
    open.disabled = true;
    library().then(
      () => {
        show();
        open.hidden = true;
        save.hidden = false;
        save.focus();
      },
      () => {
        open.disabled = false;
      },
    );
  });
  save.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = chart.getDataURL({ type: "svg" });
    link.download = `${title}.svg`;
    link.click();
  });
});
