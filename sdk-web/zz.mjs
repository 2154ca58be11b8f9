import { rollup } from "rollup"; import { bundle } from "./rollup.config.mjs"; import {gzipSync} from "node:zlib"; import { minify } from "terser";
const b=bundle("src/index.ts");const r=await rollup(b);const {output}=await r.generate(b.output);
for (const o of output) { if (o.type!=="chunk") continue; console.log(o.fileName, gzipSync(o.code,{level:9}).length, o.code.length);
 if(o.fileName==="index.js"){ const rows=[]; for (const [id,m] of Object.entries(o.modules)) { if(!m.code) continue; const c=(await minify(m.code,{module:false,ecma:2022,mangle:{toplevel:true}})).code; rows.push([gzipSync(c,{level:9}).length,c.length,id.replace(/.*\/(wt\/c|node_modules)\//,"")]); } rows.sort((a,b)=>b[0]-a[0]); for(const x of rows) console.log("   ",x.join(" ")); } }
