#include "report/report_style.hpp"

namespace losscast {

const char* const kReportStyle = R"(:root{--paper:#fff;--ink:#1c1c1a;--soft:#63635e;--hair:#e4e3de;--wash:#f6f5f1;
--f0:#0072b2;--f1:#d55e00;--f2:#009e73;--f3:#b5579a;--f4:#b98300;--f5:#3f9fd6;--f6:#5b5b5b;--f7:#8c8c8c;
--good:#00734f;--bad:#b3410e}
@media screen and (prefers-color-scheme:dark){:root{--paper:#15171a;--ink:#e9e7e2;--soft:#a5a39c;--hair:#2f3237;--wash:#1d2024;
--f0:#58a9e0;--f1:#f08a4b;--f2:#3dc79a;--f3:#df94c4;--f4:#e3b341;--f5:#9bd3f5;--f6:#b8b8b8;--f7:#8c8c8c;
--good:#52c99d;--bad:#f59a6a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
section{margin-top:3rem}
h1{font-size:1.75rem;line-height:1.25;font-weight:600;letter-spacing:-.01em;margin:.2rem 0 .8rem;text-wrap:balance}
h2{font-size:1.15rem;line-height:1.3;font-weight:600;margin:0 0 .4rem}
p{margin:.4rem 0;max-width:42rem}
.kicker,.note,figcaption,.legend{color:var(--soft);font-size:.875rem}
.kicker{margin:0}
.lead{font-size:1.06rem}
b,strong{font-weight:600}
code{font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;
overflow-wrap:anywhere}
pre{margin:.6rem 0;padding:.6rem .8rem;background:var(--wash);border-radius:4px;white-space:pre-wrap}
.verdict{list-style:none;margin:1.2rem 0 0;padding:0;max-width:46rem}
.verdict li{padding:.45rem 0 .45rem .9rem;border-left:3px solid var(--hair);margin-bottom:.35rem}
.verdict .good{border-color:var(--good)}
.verdict .bad{border-color:var(--bad)}
.verdict .good b{color:var(--good)}
.verdict .bad b{color:var(--bad)}
.f0{--c:var(--f0)}.f1{--c:var(--f1)}.f2{--c:var(--f2)}.f3{--c:var(--f3)}
.f4{--c:var(--f4)}.f5{--c:var(--f5)}.f6{--c:var(--f6)}.f7{--c:var(--f7)}
figure{margin:.8rem 0 0}
figcaption{margin-top:.4rem}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--soft);font-size:12px}
.grid{stroke:var(--hair)}
.zero{stroke:var(--soft)}
.line,.mean{fill:none;stroke:var(--c);stroke-width:1.4;stroke-linejoin:round}
.first .line,.first .mean{stroke-width:2.4}
.close .line,.close .mean{stroke-width:1;opacity:.45}
.wide{fill:var(--c);opacity:.16}
.narrow{fill:var(--c);opacity:.26}
.end{fill:var(--c);stroke:var(--paper);stroke-width:1.5}
.dots{fill:none;stroke:var(--c);stroke-width:4.4;stroke-linecap:round;opacity:.5}
.winner{fill:none;stroke:var(--ink);stroke-width:1.6}
.seen{fill:var(--soft);opacity:.2}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:.6rem 0 0;padding:0}
.legend i{display:inline-block;width:1.3rem;height:0;border-top:2px solid var(--c);vertical-align:middle;
margin-right:.4rem}
.legend .first i{border-top-width:4px}
.legend .close i{border-top-width:1px;opacity:.6}
.swatch{display:inline-block;width:.6rem;height:.6rem;border-radius:50%;background:var(--c);margin-right:.4rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.875rem;margin:.8rem 0 0;min-width:100%}
.broad{width:min(76rem,100vw - 2.5rem);margin-left:calc((100% - min(76rem,100vw - 2.5rem))/2)}
.narrow-table{min-width:0}
th{font-weight:500;color:var(--soft);text-align:left;vertical-align:bottom;line-height:1.25}
th,td{padding:.22rem .7rem .22rem 0}
td{white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
thead th{border-bottom:1px solid var(--soft);padding-bottom:.35rem}
tbody tr+tr td{border-top:1px solid var(--hair)}
.n{text-align:right}
.far td{color:var(--soft)}
.gap td{border-top:1px solid var(--soft)!important}
td .interval,th .interval{width:150px;height:18px;margin-left:auto}
.interval line{stroke:var(--c);stroke-width:1.5}
.interval .zero{stroke:var(--soft);stroke-width:1}
.interval .delta{fill:var(--soft);opacity:.13}
.interval circle{fill:var(--c)}
td.why{white-space:normal;min-width:10rem;color:var(--soft);font-size:.8125rem;line-height:1.35}
.many{display:grid;grid-template-columns:repeat(auto-fill,minmax(17.5rem,1fr));gap:1.6rem 1.5rem}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1.2rem;margin:.6rem 0 0;font-size:.9375rem}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
@media (max-width:40rem){main{padding:1.5rem 1rem 3rem}.broad{width:auto;margin-left:0}h1{font-size:1.4rem}
.curves svg text{font-size:21px}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
@media print{:root{--paper:#fff;--ink:#000;--soft:#555;--hair:#ddd;--wash:#f4f4f4}
body{font-size:10pt}main{max-width:none;padding:0}section{margin-top:1.6rem}
h2{break-after:avoid}figure,tr,.verdict li,dl{break-inside:avoid}.broad{width:auto;margin-left:0}
.scroll{overflow:visible}
table{font-size:6.5pt}th,td{padding-right:.28rem}td .interval,th .interval{width:80px}
td.why{min-width:4.5rem;font-size:6pt}}
)";

}  // namespace losscast
