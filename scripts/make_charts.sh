#!/usr/bin/env bash
# Make static/vendor/echarts/ from the npm package; run by hand when the version changes.
# Only columns, lines and what names them are taken, so that it travels in 170 KB.
set -euo pipefail
version="${1:-6.1.0}"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts "echarts@$version" esbuild@0.28.2 >/dev/null
cat >entry.js <<'JS'
import * as core from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
core.use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);
export const init = core.init;
JS
node_modules/.bin/esbuild entry.js --bundle --minify --format=iife --global-name=echarts \
  --target=es2019 --legal-comments=none --log-level=warning --outfile=echarts.min.js
mkdir -p "$here/static/vendor/echarts"
cp echarts.min.js "$here/static/vendor/echarts/"
cp node_modules/echarts/LICENSE node_modules/echarts/NOTICE "$here/static/vendor/echarts/"
cp node_modules/zrender/LICENSE "$here/static/vendor/echarts/LICENSE-zrender"
