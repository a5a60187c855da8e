//! Turns the house style of GB/T 9704-2012 into CSS: readable on a screen, the official page in print.

/// The stylesheet; its digest stands in the content security policy.
pub(super) const STYLE: &str = r#"
:root{--fang:"FangSong","仿宋","FangSong_GB2312","仿宋_GB2312","STFangsong","Noto Serif CJK SC",serif;
--kai:"KaiTi","楷体","KaiTi_GB2312","STKaiti",var(--fang);--hei:"SimHei","黑体","STHeiti","Noto Sans CJK SC",sans-serif;
--song:"FZXiaoBiaoSong-B05S","方正小标宋简体","方正小标宋_GBK","STZhongsong","SimSun",serif}
html{font-size:16pt}
body{margin:0;background:#f2f2f2;color:#000;font-family:"Times New Roman",var(--fang);line-height:1.81}
main,.colophon{max-width:28em;margin:2rem auto;padding:2.5rem 3rem;background:#fff}
h1{margin:0 0 1.81rem;font:1.375em/1.6 var(--song);text-align:center}
h2,h3,h4,h5,h6{margin:0;font-size:1em;font-weight:normal;text-indent:2em}
h2{font-family:var(--hei)}h3{font-family:var(--kai)}
p{margin:0;text-align:justify;text-indent:2em}
.run-in{text-indent:2em}.run-in>*{display:inline}
.center,.subtitle,.document-number{text-align:center;text-indent:0}
.end,.signature,.signed-date{text-align:right;text-indent:0}
.subtitle{font-family:var(--kai);margin-bottom:1.81rem}h1+.subtitle,.subtitle+.subtitle{margin-top:-1.81rem}.addressee{text-indent:0}
.signature{margin-top:1.81em;padding-right:2em}.signed-date{padding-right:4em}
.attachment-note{padding-left:3em;text-indent:-1em}
em{font-style:normal;font-family:var(--kai)}
ol,ul{margin:0;padding-left:4em}li>p{text-indent:0}
.bullet{list-style-type:disc}.none{list-style-type:none}.han{list-style-type:simp-chinese-informal}
blockquote{margin:0 2em;font-family:var(--kai)}
.scroll{overflow-x:auto}
table{width:100%;margin:.6em 0;border-collapse:collapse;font-size:.75em;line-height:1.5}
caption{font-family:var(--hei);caption-side:top}.unit{display:block;text-align:right;font-family:var(--fang)}
th,td{padding:.2em .4em;border:1px solid #000;text-align:left;vertical-align:middle}
th{font-family:var(--hei);font-weight:normal;text-align:center}
td p,th p,.colophon p{text-indent:0}
.number{text-align:right;font-variant-numeric:tabular-nums}td.center,td .center{text-align:center}td.end{text-align:right}
figure{margin:.6em 0;text-align:center}img{max-width:100%;height:auto}figcaption{font-size:.875em}
.missing{border:1px solid #000;font-family:var(--kai);font-size:.75em}
a{color:inherit}
.notes{margin-top:1.81em;border-top:1px solid #000;font-size:.66em}.notes p{text-indent:0}
.colophon{font-size:.66em}.colophon>p{font-family:var(--hei);text-align:center}
dl{display:grid;grid-template-columns:8em 1fr;border-top:1px solid #000}
dt,dd{margin:0;padding:.2em .4em;border-bottom:1px solid #000;overflow-wrap:anywhere}dt{font-family:var(--hei)}
@page{size:A4;margin:37mm 26mm 35mm 28mm}
@media print{body{background:none;line-height:28.95pt;letter-spacing:-.25pt}main,.colophon{max-width:none;margin:0;padding:0}
.colophon{break-before:page}h1,h2,h3,h4,h5,h6,caption{break-after:avoid}tr,figure{break-inside:avoid}
.scroll{overflow:visible}thead{display:table-header-group}}
"#;
