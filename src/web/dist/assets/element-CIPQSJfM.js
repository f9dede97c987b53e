import{C as e,D as t,E as n,O as r,S as i,T as a,a as o,b as s,d as c,f as l,h as u,i as d,k as f,m as p,s as m,t as h,v as g,w as ee,x as te,y as ne}from"./decorate-DxU53K6J.js";var re={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},ie=e=>(...t)=>({_$litDirective$:e,values:t}),ae=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},{I:oe}=n,se=e=>e,ce=()=>document.createComment(``),le=(e,t,n)=>{let r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(n===void 0)n=new oe(r.insertBefore(ce(),i),r.insertBefore(ce(),i),e,e.options);else{let t=n._$AB.nextSibling,a=n._$AM,o=a!==e;if(o){let t;n._$AQ?.(e),n._$AM=e,n._$AP!==void 0&&(t=e._$AU)!==a._$AU&&n._$AP(t)}if(t!==i||o){let e=n._$AA;for(;e!==t;){let t=se(e).nextSibling;se(r).insertBefore(e,i),e=t}}}return n},ue=(e,t,n=e)=>(e._$AI(t,n),e),de={},fe=(e,t=de)=>e._$AH=t,pe=e=>e._$AH,me=e=>{e._$AR(),e._$AA.remove()},he=(e,t,n)=>{let r=new Map;for(let i=t;i<=n;i++)r.set(e[i],i);return r},ge=ie(class extends ae{constructor(e){if(super(e),e.type!==re.CHILD)throw Error(`repeat() can only be used in text expressions`)}dt(e,t,n){let r;n===void 0?n=t:t!==void 0&&(r=t);let i=[],a=[],o=0;for(let t of e)i[o]=r?r(t,o):o,a[o]=n(t,o),o++;return{values:a,keys:i}}render(e,t,n){return this.dt(e,t,n).values}update(e,[t,n,r]){let i=pe(e),{values:a,keys:o}=this.dt(t,n,r);if(!Array.isArray(i))return this.ut=o,a;let s=this.ut??=[],c=[],l,u,d=0,f=i.length-1,p=0,m=a.length-1;for(;d<=f&&p<=m;)if(i[d]===null)d++;else if(i[f]===null)f--;else if(s[d]===o[p])c[p]=ue(i[d],a[p]),d++,p++;else if(s[f]===o[m])c[m]=ue(i[f],a[m]),f--,m--;else if(s[d]===o[m])c[m]=ue(i[d],a[m]),le(e,c[m+1],i[d]),d++,m--;else if(s[f]===o[p])c[p]=ue(i[f],a[p]),le(e,i[d],i[f]),f--,p++;else if(l===void 0&&(l=he(o,p,m),u=he(s,d,f)),l.has(s[d])){if(l.has(s[f])){let t=u.get(o[p]),n=t===void 0?null:i[t];if(n===null){let t=le(e,i[d]);ue(t,a[p]),c[p]=t}else c[p]=ue(n,a[p]),le(e,i[d],n),i[t]=null;p++}else me(i[f]),f--}else me(i[d]),d++;for(;p<=m;){let t=le(e,c[m+1]);ue(t,a[p]),c[p++]=t}for(;d<=f;){let e=i[d++];e!==null&&me(e)}return this.ut=o,fe(e,c),ee}}),_e=`/* required styles */\r
\r
.leaflet-pane,\r
.leaflet-tile,\r
.leaflet-marker-icon,\r
.leaflet-marker-shadow,\r
.leaflet-tile-container,\r
.leaflet-pane > svg,\r
.leaflet-pane > canvas,\r
.leaflet-zoom-box,\r
.leaflet-image-layer,\r
.leaflet-layer {\r
	position: absolute;\r
	left: 0;\r
	top: 0;\r
	}\r
.leaflet-container {\r
	overflow: hidden;\r
	}\r
.leaflet-tile,\r
.leaflet-marker-icon,\r
.leaflet-marker-shadow {\r
	-webkit-user-select: none;\r
	   -moz-user-select: none;\r
	        user-select: none;\r
	  -webkit-user-drag: none;\r
	}\r
/* Prevents IE11 from highlighting tiles in blue */\r
.leaflet-tile::selection {\r
	background: transparent;\r
}\r
/* Safari renders non-retina tile on retina better with this, but Chrome is worse */\r
.leaflet-safari .leaflet-tile {\r
	image-rendering: -webkit-optimize-contrast;\r
	}\r
/* hack that prevents hw layers "stretching" when loading new tiles */\r
.leaflet-safari .leaflet-tile-container {\r
	width: 1600px;\r
	height: 1600px;\r
	-webkit-transform-origin: 0 0;\r
	}\r
.leaflet-marker-icon,\r
.leaflet-marker-shadow {\r
	display: block;\r
	}\r
/* .leaflet-container svg: reset svg max-width decleration shipped in Joomla! (joomla.org) 3.x */\r
/* .leaflet-container img: map is broken in FF if you have max-width: 100% on tiles */\r
.leaflet-container .leaflet-overlay-pane svg {\r
	max-width: none !important;\r
	max-height: none !important;\r
	}\r
.leaflet-container .leaflet-marker-pane img,\r
.leaflet-container .leaflet-shadow-pane img,\r
.leaflet-container .leaflet-tile-pane img,\r
.leaflet-container img.leaflet-image-layer,\r
.leaflet-container .leaflet-tile {\r
	max-width: none !important;\r
	max-height: none !important;\r
	width: auto;\r
	padding: 0;\r
	}\r
\r
.leaflet-container img.leaflet-tile {\r
	/* See: https://bugs.chromium.org/p/chromium/issues/detail?id=600120 */\r
	mix-blend-mode: plus-lighter;\r
}\r
\r
.leaflet-container.leaflet-touch-zoom {\r
	-ms-touch-action: pan-x pan-y;\r
	touch-action: pan-x pan-y;\r
	}\r
.leaflet-container.leaflet-touch-drag {\r
	-ms-touch-action: pinch-zoom;\r
	/* Fallback for FF which doesn't support pinch-zoom */\r
	touch-action: none;\r
	touch-action: pinch-zoom;\r
}\r
.leaflet-container.leaflet-touch-drag.leaflet-touch-zoom {\r
	-ms-touch-action: none;\r
	touch-action: none;\r
}\r
.leaflet-container {\r
	-webkit-tap-highlight-color: transparent;\r
}\r
.leaflet-container a {\r
	-webkit-tap-highlight-color: rgba(51, 181, 229, 0.4);\r
}\r
.leaflet-tile {\r
	filter: inherit;\r
	visibility: hidden;\r
	}\r
.leaflet-tile-loaded {\r
	visibility: inherit;\r
	}\r
.leaflet-zoom-box {\r
	width: 0;\r
	height: 0;\r
	-moz-box-sizing: border-box;\r
	     box-sizing: border-box;\r
	z-index: 800;\r
	}\r
/* workaround for https://bugzilla.mozilla.org/show_bug.cgi?id=888319 */\r
.leaflet-overlay-pane svg {\r
	-moz-user-select: none;\r
	}\r
\r
.leaflet-pane         { z-index: 400; }\r
\r
.leaflet-tile-pane    { z-index: 200; }\r
.leaflet-overlay-pane { z-index: 400; }\r
.leaflet-shadow-pane  { z-index: 500; }\r
.leaflet-marker-pane  { z-index: 600; }\r
.leaflet-tooltip-pane   { z-index: 650; }\r
.leaflet-popup-pane   { z-index: 700; }\r
\r
.leaflet-map-pane canvas { z-index: 100; }\r
.leaflet-map-pane svg    { z-index: 200; }\r
\r
.leaflet-vml-shape {\r
	width: 1px;\r
	height: 1px;\r
	}\r
.lvml {\r
	behavior: url(#default#VML);\r
	display: inline-block;\r
	position: absolute;\r
	}\r
\r
\r
/* control positioning */\r
\r
.leaflet-control {\r
	position: relative;\r
	z-index: 800;\r
	pointer-events: visiblePainted; /* IE 9-10 doesn't have auto */\r
	pointer-events: auto;\r
	}\r
.leaflet-top,\r
.leaflet-bottom {\r
	position: absolute;\r
	z-index: 1000;\r
	pointer-events: none;\r
	}\r
.leaflet-top {\r
	top: 0;\r
	}\r
.leaflet-right {\r
	right: 0;\r
	}\r
.leaflet-bottom {\r
	bottom: 0;\r
	}\r
.leaflet-left {\r
	left: 0;\r
	}\r
.leaflet-control {\r
	float: left;\r
	clear: both;\r
	}\r
.leaflet-right .leaflet-control {\r
	float: right;\r
	}\r
.leaflet-top .leaflet-control {\r
	margin-top: 10px;\r
	}\r
.leaflet-bottom .leaflet-control {\r
	margin-bottom: 10px;\r
	}\r
.leaflet-left .leaflet-control {\r
	margin-left: 10px;\r
	}\r
.leaflet-right .leaflet-control {\r
	margin-right: 10px;\r
	}\r
\r
\r
/* zoom and fade animations */\r
\r
.leaflet-fade-anim .leaflet-popup {\r
	opacity: 0;\r
	-webkit-transition: opacity 0.2s linear;\r
	   -moz-transition: opacity 0.2s linear;\r
	        transition: opacity 0.2s linear;\r
	}\r
.leaflet-fade-anim .leaflet-map-pane .leaflet-popup {\r
	opacity: 1;\r
	}\r
.leaflet-zoom-animated {\r
	-webkit-transform-origin: 0 0;\r
	    -ms-transform-origin: 0 0;\r
	        transform-origin: 0 0;\r
	}\r
svg.leaflet-zoom-animated {\r
	will-change: transform;\r
}\r
\r
.leaflet-zoom-anim .leaflet-zoom-animated {\r
	-webkit-transition: -webkit-transform 0.25s cubic-bezier(0,0,0.25,1);\r
	   -moz-transition:    -moz-transform 0.25s cubic-bezier(0,0,0.25,1);\r
	        transition:         transform 0.25s cubic-bezier(0,0,0.25,1);\r
	}\r
.leaflet-zoom-anim .leaflet-tile,\r
.leaflet-pan-anim .leaflet-tile {\r
	-webkit-transition: none;\r
	   -moz-transition: none;\r
	        transition: none;\r
	}\r
\r
.leaflet-zoom-anim .leaflet-zoom-hide {\r
	visibility: hidden;\r
	}\r
\r
\r
/* cursors */\r
\r
.leaflet-interactive {\r
	cursor: pointer;\r
	}\r
.leaflet-grab {\r
	cursor: -webkit-grab;\r
	cursor:    -moz-grab;\r
	cursor:         grab;\r
	}\r
.leaflet-crosshair,\r
.leaflet-crosshair .leaflet-interactive {\r
	cursor: crosshair;\r
	}\r
.leaflet-popup-pane,\r
.leaflet-control {\r
	cursor: auto;\r
	}\r
.leaflet-dragging .leaflet-grab,\r
.leaflet-dragging .leaflet-grab .leaflet-interactive,\r
.leaflet-dragging .leaflet-marker-draggable {\r
	cursor: move;\r
	cursor: -webkit-grabbing;\r
	cursor:    -moz-grabbing;\r
	cursor:         grabbing;\r
	}\r
\r
/* marker & overlays interactivity */\r
.leaflet-marker-icon,\r
.leaflet-marker-shadow,\r
.leaflet-image-layer,\r
.leaflet-pane > svg path,\r
.leaflet-tile-container {\r
	pointer-events: none;\r
	}\r
\r
.leaflet-marker-icon.leaflet-interactive,\r
.leaflet-image-layer.leaflet-interactive,\r
.leaflet-pane > svg path.leaflet-interactive,\r
svg.leaflet-image-layer.leaflet-interactive path {\r
	pointer-events: visiblePainted; /* IE 9-10 doesn't have auto */\r
	pointer-events: auto;\r
	}\r
\r
/* visual tweaks */\r
\r
.leaflet-container {\r
	background: #ddd;\r
	outline-offset: 1px;\r
	}\r
.leaflet-container a {\r
	color: #0078A8;\r
	}\r
.leaflet-zoom-box {\r
	border: 2px dotted #38f;\r
	background: rgba(255,255,255,0.5);\r
	}\r
\r
\r
/* general typography */\r
.leaflet-container {\r
	font-family: "Helvetica Neue", Arial, Helvetica, sans-serif;\r
	font-size: 12px;\r
	font-size: 0.75rem;\r
	line-height: 1.5;\r
	}\r
\r
\r
/* general toolbar styles */\r
\r
.leaflet-bar {\r
	box-shadow: 0 1px 5px rgba(0,0,0,0.65);\r
	border-radius: 4px;\r
	}\r
.leaflet-bar a {\r
	background-color: #fff;\r
	border-bottom: 1px solid #ccc;\r
	width: 26px;\r
	height: 26px;\r
	line-height: 26px;\r
	display: block;\r
	text-align: center;\r
	text-decoration: none;\r
	color: black;\r
	}\r
.leaflet-bar a,\r
.leaflet-control-layers-toggle {\r
	background-position: 50% 50%;\r
	background-repeat: no-repeat;\r
	display: block;\r
	}\r
.leaflet-bar a:hover,\r
.leaflet-bar a:focus {\r
	background-color: #f4f4f4;\r
	}\r
.leaflet-bar a:first-child {\r
	border-top-left-radius: 4px;\r
	border-top-right-radius: 4px;\r
	}\r
.leaflet-bar a:last-child {\r
	border-bottom-left-radius: 4px;\r
	border-bottom-right-radius: 4px;\r
	border-bottom: none;\r
	}\r
.leaflet-bar a.leaflet-disabled {\r
	cursor: default;\r
	background-color: #f4f4f4;\r
	color: #bbb;\r
	}\r
\r
.leaflet-touch .leaflet-bar a {\r
	width: 30px;\r
	height: 30px;\r
	line-height: 30px;\r
	}\r
.leaflet-touch .leaflet-bar a:first-child {\r
	border-top-left-radius: 2px;\r
	border-top-right-radius: 2px;\r
	}\r
.leaflet-touch .leaflet-bar a:last-child {\r
	border-bottom-left-radius: 2px;\r
	border-bottom-right-radius: 2px;\r
	}\r
\r
/* zoom control */\r
\r
.leaflet-control-zoom-in,\r
.leaflet-control-zoom-out {\r
	font: bold 18px 'Lucida Console', Monaco, monospace;\r
	text-indent: 1px;\r
	}\r
\r
.leaflet-touch .leaflet-control-zoom-in, .leaflet-touch .leaflet-control-zoom-out  {\r
	font-size: 22px;\r
	}\r
\r
\r
/* layers control */\r
\r
.leaflet-control-layers {\r
	box-shadow: 0 1px 5px rgba(0,0,0,0.4);\r
	background: #fff;\r
	border-radius: 5px;\r
	}\r
.leaflet-control-layers-toggle {\r
	background-image: url(images/layers.png);\r
	width: 36px;\r
	height: 36px;\r
	}\r
.leaflet-retina .leaflet-control-layers-toggle {\r
	background-image: url(images/layers-2x.png);\r
	background-size: 26px 26px;\r
	}\r
.leaflet-touch .leaflet-control-layers-toggle {\r
	width: 44px;\r
	height: 44px;\r
	}\r
.leaflet-control-layers .leaflet-control-layers-list,\r
.leaflet-control-layers-expanded .leaflet-control-layers-toggle {\r
	display: none;\r
	}\r
.leaflet-control-layers-expanded .leaflet-control-layers-list {\r
	display: block;\r
	position: relative;\r
	}\r
.leaflet-control-layers-expanded {\r
	padding: 6px 10px 6px 6px;\r
	color: #333;\r
	background: #fff;\r
	}\r
.leaflet-control-layers-scrollbar {\r
	overflow-y: scroll;\r
	overflow-x: hidden;\r
	padding-right: 5px;\r
	}\r
.leaflet-control-layers-selector {\r
	margin-top: 2px;\r
	position: relative;\r
	top: 1px;\r
	}\r
.leaflet-control-layers label {\r
	display: block;\r
	font-size: 13px;\r
	font-size: 1.08333em;\r
	}\r
.leaflet-control-layers-separator {\r
	height: 0;\r
	border-top: 1px solid #ddd;\r
	margin: 5px -10px 5px -6px;\r
	}\r
\r
/* Default icon URLs */\r
.leaflet-default-icon-path { /* used only in path-guessing heuristic, see L.Icon.Default */\r
	background-image: url(images/marker-icon.png);\r
	}\r
\r
\r
/* attribution and scale controls */\r
\r
.leaflet-container .leaflet-control-attribution {\r
	background: #fff;\r
	background: rgba(255, 255, 255, 0.8);\r
	margin: 0;\r
	}\r
.leaflet-control-attribution,\r
.leaflet-control-scale-line {\r
	padding: 0 5px;\r
	color: #333;\r
	line-height: 1.4;\r
	}\r
.leaflet-control-attribution a {\r
	text-decoration: none;\r
	}\r
.leaflet-control-attribution a:hover,\r
.leaflet-control-attribution a:focus {\r
	text-decoration: underline;\r
	}\r
.leaflet-attribution-flag {\r
	display: inline !important;\r
	vertical-align: baseline !important;\r
	width: 1em;\r
	height: 0.6669em;\r
	}\r
.leaflet-left .leaflet-control-scale {\r
	margin-left: 5px;\r
	}\r
.leaflet-bottom .leaflet-control-scale {\r
	margin-bottom: 5px;\r
	}\r
.leaflet-control-scale-line {\r
	border: 2px solid #777;\r
	border-top: none;\r
	line-height: 1.1;\r
	padding: 2px 5px 1px;\r
	white-space: nowrap;\r
	-moz-box-sizing: border-box;\r
	     box-sizing: border-box;\r
	background: rgba(255, 255, 255, 0.8);\r
	text-shadow: 1px 1px #fff;\r
	}\r
.leaflet-control-scale-line:not(:first-child) {\r
	border-top: 2px solid #777;\r
	border-bottom: none;\r
	margin-top: -2px;\r
	}\r
.leaflet-control-scale-line:not(:first-child):not(:last-child) {\r
	border-bottom: 2px solid #777;\r
	}\r
\r
.leaflet-touch .leaflet-control-attribution,\r
.leaflet-touch .leaflet-control-layers,\r
.leaflet-touch .leaflet-bar {\r
	box-shadow: none;\r
	}\r
.leaflet-touch .leaflet-control-layers,\r
.leaflet-touch .leaflet-bar {\r
	border: 2px solid rgba(0,0,0,0.2);\r
	background-clip: padding-box;\r
	}\r
\r
\r
/* popup */\r
\r
.leaflet-popup {\r
	position: absolute;\r
	text-align: center;\r
	margin-bottom: 20px;\r
	}\r
.leaflet-popup-content-wrapper {\r
	padding: 1px;\r
	text-align: left;\r
	border-radius: 12px;\r
	}\r
.leaflet-popup-content {\r
	margin: 13px 24px 13px 20px;\r
	line-height: 1.3;\r
	font-size: 13px;\r
	font-size: 1.08333em;\r
	min-height: 1px;\r
	}\r
.leaflet-popup-content p {\r
	margin: 17px 0;\r
	margin: 1.3em 0;\r
	}\r
.leaflet-popup-tip-container {\r
	width: 40px;\r
	height: 20px;\r
	position: absolute;\r
	left: 50%;\r
	margin-top: -1px;\r
	margin-left: -20px;\r
	overflow: hidden;\r
	pointer-events: none;\r
	}\r
.leaflet-popup-tip {\r
	width: 17px;\r
	height: 17px;\r
	padding: 1px;\r
\r
	margin: -10px auto 0;\r
	pointer-events: auto;\r
\r
	-webkit-transform: rotate(45deg);\r
	   -moz-transform: rotate(45deg);\r
	    -ms-transform: rotate(45deg);\r
	        transform: rotate(45deg);\r
	}\r
.leaflet-popup-content-wrapper,\r
.leaflet-popup-tip {\r
	background: white;\r
	color: #333;\r
	box-shadow: 0 3px 14px rgba(0,0,0,0.4);\r
	}\r
.leaflet-container a.leaflet-popup-close-button {\r
	position: absolute;\r
	top: 0;\r
	right: 0;\r
	border: none;\r
	text-align: center;\r
	width: 24px;\r
	height: 24px;\r
	font: 16px/24px Tahoma, Verdana, sans-serif;\r
	color: #757575;\r
	text-decoration: none;\r
	background: transparent;\r
	}\r
.leaflet-container a.leaflet-popup-close-button:hover,\r
.leaflet-container a.leaflet-popup-close-button:focus {\r
	color: #585858;\r
	}\r
.leaflet-popup-scrolled {\r
	overflow: auto;\r
	}\r
\r
.leaflet-oldie .leaflet-popup-content-wrapper {\r
	-ms-zoom: 1;\r
	}\r
.leaflet-oldie .leaflet-popup-tip {\r
	width: 24px;\r
	margin: 0 auto;\r
\r
	-ms-filter: "progid:DXImageTransform.Microsoft.Matrix(M11=0.70710678, M12=0.70710678, M21=-0.70710678, M22=0.70710678)";\r
	filter: progid:DXImageTransform.Microsoft.Matrix(M11=0.70710678, M12=0.70710678, M21=-0.70710678, M22=0.70710678);\r
	}\r
\r
.leaflet-oldie .leaflet-control-zoom,\r
.leaflet-oldie .leaflet-control-layers,\r
.leaflet-oldie .leaflet-popup-content-wrapper,\r
.leaflet-oldie .leaflet-popup-tip {\r
	border: 1px solid #999;\r
	}\r
\r
\r
/* div icon */\r
\r
.leaflet-div-icon {\r
	background: #fff;\r
	border: 1px solid #666;\r
	}\r
\r
\r
/* Tooltip */\r
/* Base styles for the element that has a tooltip */\r
.leaflet-tooltip {\r
	position: absolute;\r
	padding: 6px;\r
	background-color: #fff;\r
	border: 1px solid #fff;\r
	border-radius: 3px;\r
	color: #222;\r
	white-space: nowrap;\r
	-webkit-user-select: none;\r
	-moz-user-select: none;\r
	-ms-user-select: none;\r
	user-select: none;\r
	pointer-events: none;\r
	box-shadow: 0 1px 3px rgba(0,0,0,0.4);\r
	}\r
.leaflet-tooltip.leaflet-interactive {\r
	cursor: pointer;\r
	pointer-events: auto;\r
	}\r
.leaflet-tooltip-top:before,\r
.leaflet-tooltip-bottom:before,\r
.leaflet-tooltip-left:before,\r
.leaflet-tooltip-right:before {\r
	position: absolute;\r
	pointer-events: none;\r
	border: 6px solid transparent;\r
	background: transparent;\r
	content: "";\r
	}\r
\r
/* Directions */\r
\r
.leaflet-tooltip-bottom {\r
	margin-top: 6px;\r
}\r
.leaflet-tooltip-top {\r
	margin-top: -6px;\r
}\r
.leaflet-tooltip-bottom:before,\r
.leaflet-tooltip-top:before {\r
	left: 50%;\r
	margin-left: -6px;\r
	}\r
.leaflet-tooltip-top:before {\r
	bottom: 0;\r
	margin-bottom: -12px;\r
	border-top-color: #fff;\r
	}\r
.leaflet-tooltip-bottom:before {\r
	top: 0;\r
	margin-top: -12px;\r
	margin-left: -6px;\r
	border-bottom-color: #fff;\r
	}\r
.leaflet-tooltip-left {\r
	margin-left: -6px;\r
}\r
.leaflet-tooltip-right {\r
	margin-left: 6px;\r
}\r
.leaflet-tooltip-left:before,\r
.leaflet-tooltip-right:before {\r
	top: 50%;\r
	margin-top: -6px;\r
	}\r
.leaflet-tooltip-left:before {\r
	right: 0;\r
	margin-right: -12px;\r
	border-left-color: #fff;\r
	}\r
.leaflet-tooltip-right:before {\r
	left: 0;\r
	margin-left: -12px;\r
	border-right-color: #fff;\r
	}\r
\r
/* Printing */\r
\r
@media print {\r
	/* Prevent printers from removing background-images of controls. */\r
	.leaflet-control {\r
		-webkit-print-color-adjust: exact;\r
		print-color-adjust: exact;\r
		}\r
	}\r
`,ve=r`
  :host {
    --_ink: var(--seat-map-ink, var(--ink, light-dark(#1b1b22, #f1f0f5)));
    --_soft: var(--seat-map-soft, var(--ink-soft, light-dark(#55556a, #b4b3c4)));
    --_paper: var(--seat-map-paper, var(--paper, light-dark(#fbfaf7, #16161c)));
    --_card: var(--seat-map-card, var(--card, light-dark(#ffffff, #202029)));
    --_line: var(--seat-map-line, var(--line, light-dark(#d8d6e0, #3a3a48)));
    --_accent: var(--seat-map-accent, var(--accent, light-dark(#5b2ea6, #b79cff)));
    --_on-accent: var(--seat-map-on-accent, var(--on-accent, light-dark(#ffffff, #1b1030)));
    --_warn: var(--seat-map-warn, var(--warn, light-dark(#7a4b00, #f2bd5c)));
    --_radius: var(--seat-map-radius, var(--radius, 0.6rem));
    --_font: var(--seat-map-font, var(--font, system-ui, sans-serif));
    --_height: var(--seat-map-height, 34rem);
  }
`,ye=r`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  button,
  select {
    min-height: 2.75rem;
    padding: 0.4rem 0.8rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_card);
    color: var(--_ink);
    font: inherit;
    cursor: pointer;
  }
  button:disabled {
    opacity: 0.55;
    cursor: not-allowed;
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  [hidden] {
    display: none !important;
  }
`,be=r`
  :host {
    display: block;
    container-type: inline-size;
    color: var(--_ink);
    font-family: var(--_font);
    font-size: 1rem;
    line-height: 1.5;
  }
  .frame {
    position: relative;
    display: grid;
    gap: 0 0.75rem;
    grid-template-columns: minmax(0, 1fr);
    grid-template-areas: "tools" "list" "map" "legend" "areas" "notice" "choice";
  }
  .legend,
  .areas,
  .notice,
  .choice {
    margin-block: 0.75rem 0;
  }
  .list {
    grid-area: list;
    overflow: auto;
    max-height: var(--_height);
    padding: 0.75rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_card);
  }
  .tools {
    grid-area: tools;
    display: flex;
    margin-block-end: 0.75rem;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: end;
  }
  .views {
    display: flex;
  }
  .views button {
    border-radius: 0;
  }
  .views button:first-child {
    border-start-start-radius: var(--_radius);
    border-end-start-radius: var(--_radius);
  }
  .views button:last-child {
    border-start-end-radius: var(--_radius);
    border-end-end-radius: var(--_radius);
    border-inline-start: 0;
  }
  .views button[aria-pressed="true"] {
    background: var(--_ink);
    color: var(--_card);
  }
  form {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: end;
  }
  label {
    display: grid;
    color: var(--_soft);
    font-size: 0.8125rem;
  }
  select {
    font-size: 1rem;
    max-width: 11rem;
  }
  .plan {
    grid-area: map;
    position: relative;
    z-index: 0;
    overflow: hidden;
    height: var(--_height);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }
  .legend {
    grid-area: legend;
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.25rem;
    padding: 0;
    list-style: none;
    font-size: 0.9375rem;
  }
  .legend li {
    display: flex;
    gap: 0.4rem;
    align-items: center;
  }
  .legend svg {
    width: 1.1rem;
    height: 1.1rem;
    flex: none;
  }
  .price {
    color: var(--_soft);
  }
  .areas {
    grid-area: areas;
    display: grid;
    gap: 0.5rem;
  }
  .area {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_card);
  }
  .stepper {
    display: flex;
    gap: 0.75rem;
    align-items: center;
  }
  .stepper button {
    width: 2.75rem;
    padding: 0;
  }
  .stepper output {
    min-width: 1.5rem;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  .notice {
    grid-area: notice;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
    padding: 0.6rem 0.9rem;
    border: 1px solid var(--_warn);
    border-inline-start-width: 0.4rem;
    border-radius: var(--_radius);
    background: var(--_card);
  }
  .notice p {
    margin: 0;
    flex: 1 1 14rem;
  }
  .choice {
    grid-area: choice;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
    padding: 0.75rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_card);
  }
  .choice ul {
    display: flex;
    flex-wrap: wrap;
    flex: 1 1 100%;
    gap: 0.4rem;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .choice li button {
    min-height: 2.25rem;
    padding: 0.2rem 0.7rem;
    font-size: 0.9375rem;
  }
  .total {
    margin: 0;
  }
  .total strong {
    font-size: 1.125rem;
    font-variant-numeric: tabular-nums;
  }
  .primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .aside {
    position: absolute;
    overflow: hidden;
    width: 1px;
    height: 1px;
    margin: -1px;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @container (max-width: 46rem) {
    .plan {
      height: min(var(--_height), 62vh);
    }
    /* Out of sight behind the map, and the first stop of Tab none the less: it shows itself then. */
    .list:not(.open):not(:focus-within) {
      position: absolute;
      overflow: hidden;
      width: 1px;
      height: 1px;
      padding: 0;
      clip-path: inset(50%);
    }
    .list.open ~ .plan {
      display: none;
    }
  }
  @container (min-width: 46.01rem) {
    .frame {
      grid-template-columns: 17rem minmax(0, 1fr);
      grid-template-rows: auto var(--_height);
      grid-template-areas:
        "list tools" "list map" "legend legend" "areas areas" "notice notice" "choice choice";
    }
    .frame.seatless {
      grid-template-rows: auto;
    }
    .list {
      max-height: none;
      height: 0;
      min-height: 100%;
    }
    .views {
      display: none;
    }
  }
`,xe=r`
  .map {
    height: 100%;
    /* The canvas takes its colours from here. */
    color: var(--_ink);
    background: var(--_card);
    border: 0 solid var(--_line);
    outline-color: var(--_soft);
    font: inherit;
  }
  .map:focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: -3px;
  }
  .map.over {
    cursor: pointer;
  }
  .zoom {
    position: absolute;
    inset-block-end: 0.5rem;
    inset-inline-end: 0.5rem;
    z-index: 1000;
    display: flex;
    gap: 0.3rem;
  }
  .zoom button {
    width: 2.75rem;
    padding: 0;
    font-size: 1.25rem;
    line-height: 1;
  }
  .tip {
    position: absolute;
    inset: 0 auto auto 0;
    z-index: 1001;
    max-width: 16rem;
    padding: 0.3rem 0.6rem;
    border: 1px solid var(--_line);
    border-radius: 0.4rem;
    background: var(--_card);
    box-shadow: 0 2px 10px rgb(0 0 0 / 0.2);
    font-size: 0.875rem;
    pointer-events: none;
  }
  .tip p {
    margin: 0;
  }
  /* A finger leaves it behind; what it chose stands below the map. */
  @media (hover: none) {
    .tip {
      display: none;
    }
  }
  .cover {
    position: absolute;
    inset: 0;
    z-index: 1002;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.75rem;
    padding: 1rem;
    background: var(--_card);
    color: var(--_soft);
    text-align: center;
  }
  .mark {
    border-radius: 50%;
    border: 3px solid var(--_accent);
    background: var(--_card);
  }
  .mark::after {
    content: "";
    position: absolute;
    inset: 22% 34% 30%;
    border: solid var(--_accent);
    border-width: 0 0.17rem 0.17rem 0;
    transform: rotate(45deg);
  }
  .mark.own {
    border-style: double;
    border-width: 4px;
    border-color: var(--_ink);
  }
  .mark.own::after {
    inset: 32%;
    border: 0;
    border-radius: 50%;
    background: var(--_ink);
    transform: none;
  }
  .mark.focus {
    background: none;
    border: 3px dashed var(--_ink);
    transform-origin: center;
  }
  .mark.focus::after {
    content: none;
  }
  .fade {
    border-radius: 50%;
    animation: fade 0.9s ease-out forwards;
  }
  @keyframes fade {
    to {
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .fade {
      display: none;
    }
  }
`,Se=[f(_e),ve,ye,be,xe],Ce={ArrowDown:1,ArrowUp:-1,PageDown:10,PageUp:-10,Home:-1/0,End:1/0},we=class extends i{constructor(...e){super(...e),this.items=[],this.heading=``,this.active=0,this.moveFocus=!1}static{this.styles=[ye,r`
      :host {
        display: block;
      }
      h2 {
        margin: 0 0 0.5rem;
        font-size: 1rem;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      button {
        display: grid;
        grid-template-columns: auto 1fr;
        column-gap: 0.6rem;
        align-items: baseline;
        width: 100%;
        min-height: 2.75rem;
        padding: 0.45rem 0.6rem;
        border: 1px solid transparent;
        border-radius: 0.4rem;
        background: none;
        text-align: start;
      }
      button:hover {
        background: var(--_paper);
      }
      button[aria-pressed="true"],
      button.chosen {
        border-color: var(--_accent);
        font-weight: 600;
      }
      .note {
        color: var(--_soft);
        font-size: 0.875rem;
        font-weight: 400;
        text-align: end;
      }
      .back {
        color: var(--_accent);
      }
    `]}enter(){this.active=+(this.items[0]?.kind===`back`&&this.items.length>1),this.moveFocus=!0,this.requestUpdate()}get hasFocus(){return this.shadowRoot?.activeElement instanceof HTMLButtonElement}willUpdate(e){if(!e.has(`items`))return;let t=e.get(`items`)?.[this.active],n=this.items.findIndex(e=>t&&Te(e)===Te(t));n<0&&this.hasFocus&&(this.moveFocus=!0),this.active=Math.min(n<0?this.active:n,Math.max(0,this.items.length-1))}updated(){this.moveFocus&&(this.moveFocus=!1,this.button(this.active)?.focus())}render(){return a`
      <h2 id="heading">${this.heading}</h2>
      <ul role="list" aria-labelledby="heading" @keydown=${this.press} @focusout=${this.leave}>
        ${ge(this.items,Te,(e,t)=>this.line(e,t))}
      </ul>
      ${this.items.length===0?a`<p>Nothing is free here at the moment.</p>`:e}
    `}line(t,n){let r=t.kind===`seat`?String(t.chosen):e;return a`<li>
      <button
        type="button"
        class=${t.kind+(t.chosen?` chosen`:``)}
        tabindex=${n===this.active?0:-1}
        aria-pressed=${r}
        @click=${()=>this.tell(`step`,t)}
        @focus=${()=>this.look(n)}
      >
        <span>${t.kind===`back`?`← `:``}${t.label}</span>
        <span class="note">${t.note}</span>
      </button>
    </li>`}press(e){let t=Ce[e.key],n=e.key===`ArrowRight`||e.key===`ArrowLeft`||e.key===`Escape`;if(t===void 0&&!n)return;let r=this.items[this.active],i=this.items[0]?.kind===`back`?this.items[0]:void 0;if(t!==void 0){let e=this.items.length-1;this.button(Math.max(0,Math.min(e,this.active+t)))?.focus()}else if(e.key===`ArrowRight`)r&&r.kind!==`seat`&&r.kind!==`back`&&this.tell(`step`,r);else if(i)this.tell(`step`,i);else if(e.key===`Escape`)return;e.preventDefault()}look(e){this.active=e,this.tell(`look`,this.items[e]),this.requestUpdate()}leave(){this.tell(`look`,void 0)}button(e){return this.shadowRoot?.querySelectorAll(`button`)[e]}tell(e,t){this.dispatchEvent(new CustomEvent(e,{detail:t}))}};h([s({attribute:!1})],we.prototype,`items`,void 0),h([s()],we.prototype,`heading`,void 0),we=h([te(`usher-seat-list`)],we);function Te(e){return`${e.kind}-${e.at}`}function _(e){for(var t,n=1,r=arguments.length,i;n<r;n++)for(t in i=arguments[n],i)e[t]=i[t];return e}var Ee=Object.create||(function(){function e(){}return function(t){return e.prototype=t,new e}})();function v(e,t){var n=Array.prototype.slice;if(e.bind)return e.bind.apply(e,n.call(arguments,1));var r=n.call(arguments,2);return function(){return e.apply(t,r.length?r.concat(n.call(arguments)):arguments)}}var De=0;function y(e){return`_leaflet_id`in e||(e._leaflet_id=++De),e._leaflet_id}function Oe(e,t,n){var r,i,a,o=function(){r=!1,i&&=(a.apply(n,i),!1)};return a=function(){r?i=arguments:(e.apply(n,arguments),setTimeout(o,t),r=!0)},a}function ke(e,t,n){var r=t[1],i=t[0],a=r-i;return e===r&&n?e:((e-i)%a+a)%a+i}function b(){return!1}function x(e,t){if(t===!1)return e;var n=10**(t===void 0?6:t);return Math.round(e*n)/n}function Ae(e){return e.trim?e.trim():e.replace(/^\s+|\s+$/g,``)}function je(e){return Ae(e).split(/\s+/)}function S(e,t){for(var n in Object.prototype.hasOwnProperty.call(e,`options`)||(e.options=e.options?Ee(e.options):{}),t)e.options[n]=t[n];return e.options}function Me(e,t,n){var r=[];for(var i in e)r.push(encodeURIComponent(n?i.toUpperCase():i)+`=`+encodeURIComponent(e[i]));return(!t||t.indexOf(`?`)===-1?`?`:`&`)+r.join(`&`)}var Ne=/\{ *([\w_ -]+) *\}/g;function Pe(e,t){return e.replace(Ne,function(e,n){var r=t[n];if(r===void 0)throw Error(`No value provided for variable `+e);return typeof r==`function`&&(r=r(t)),r})}var C=Array.isArray||function(e){return Object.prototype.toString.call(e)===`[object Array]`};function Fe(e,t){for(var n=0;n<e.length;n++)if(e[n]===t)return n;return-1}var Ie=`data:image/gif;base64,R0lGODlhAQABAAD/ACwAAAAAAQABAAACADs=`;function Le(e){return window[`webkit`+e]||window[`moz`+e]||window[`ms`+e]}var Re=0;function ze(e){var t=+new Date,n=Math.max(0,16-(t-Re));return Re=t+n,window.setTimeout(e,n)}var Be=window.requestAnimationFrame||Le(`RequestAnimationFrame`)||ze,Ve=window.cancelAnimationFrame||Le(`CancelAnimationFrame`)||Le(`CancelRequestAnimationFrame`)||function(e){window.clearTimeout(e)};function w(e,t,n){if(n&&Be===ze)e.call(t);else return Be.call(window,v(e,t))}function T(e){e&&Ve.call(window,e)}var He={__proto__:null,extend:_,create:Ee,bind:v,get lastId(){return De},stamp:y,throttle:Oe,wrapNum:ke,falseFn:b,formatNum:x,trim:Ae,splitWords:je,setOptions:S,getParamString:Me,template:Pe,isArray:C,indexOf:Fe,emptyImageUrl:Ie,requestFn:Be,cancelFn:Ve,requestAnimFrame:w,cancelAnimFrame:T};function Ue(){}Ue.extend=function(e){var t=function(){S(this),this.initialize&&this.initialize.apply(this,arguments),this.callInitHooks()},n=t.__super__=this.prototype,r=Ee(n);for(var i in r.constructor=t,t.prototype=r,this)Object.prototype.hasOwnProperty.call(this,i)&&i!==`prototype`&&i!==`__super__`&&(t[i]=this[i]);return e.statics&&_(t,e.statics),e.includes&&(We(e.includes),_.apply(null,[r].concat(e.includes))),_(r,e),delete r.statics,delete r.includes,r.options&&(r.options=n.options?Ee(n.options):{},_(r.options,e.options)),r._initHooks=[],r.callInitHooks=function(){if(!this._initHooksCalled){n.callInitHooks&&n.callInitHooks.call(this),this._initHooksCalled=!0;for(var e=0,t=r._initHooks.length;e<t;e++)r._initHooks[e].call(this)}},t},Ue.include=function(e){var t=this.prototype.options;return _(this.prototype,e),e.options&&(this.prototype.options=t,this.mergeOptions(e.options)),this},Ue.mergeOptions=function(e){return _(this.prototype.options,e),this},Ue.addInitHook=function(e){var t=Array.prototype.slice.call(arguments,1),n=typeof e==`function`?e:function(){this[e].apply(this,t)};return this.prototype._initHooks=this.prototype._initHooks||[],this.prototype._initHooks.push(n),this};function We(e){if(typeof L<`u`&&L&&L.Mixin){e=C(e)?e:[e];for(var t=0;t<e.length;t++)e[t]===L.Mixin.Events&&console.warn(`Deprecated include of L.Mixin.Events: this property will be removed in future releases, please inherit from L.Evented instead.`,Error().stack)}}var E={on:function(e,t,n){if(typeof e==`object`)for(var r in e)this._on(r,e[r],t);else{e=je(e);for(var i=0,a=e.length;i<a;i++)this._on(e[i],t,n)}return this},off:function(e,t,n){if(!arguments.length)delete this._events;else if(typeof e==`object`)for(var r in e)this._off(r,e[r],t);else{e=je(e);for(var i=arguments.length===1,a=0,o=e.length;a<o;a++)i?this._off(e[a]):this._off(e[a],t,n)}return this},_on:function(e,t,n,r){if(typeof t!=`function`)console.warn(`wrong listener type: `+typeof t);else if(this._listens(e,t,n)===!1){n===this&&(n=void 0);var i={fn:t,ctx:n};r&&(i.once=!0),this._events=this._events||{},this._events[e]=this._events[e]||[],this._events[e].push(i)}},_off:function(e,t,n){var r,i,a;if(this._events&&(r=this._events[e],r)){if(arguments.length===1){if(this._firingCount)for(i=0,a=r.length;i<a;i++)r[i].fn=b;delete this._events[e]}else if(typeof t!=`function`)console.warn(`wrong listener type: `+typeof t);else{var o=this._listens(e,t,n);if(o!==!1){var s=r[o];this._firingCount&&(s.fn=b,this._events[e]=r=r.slice()),r.splice(o,1)}}}},fire:function(e,t,n){if(!this.listens(e,n))return this;var r=_({},t,{type:e,target:this,sourceTarget:t&&t.sourceTarget||this});if(this._events){var i=this._events[e];if(i){this._firingCount=this._firingCount+1||1;for(var a=0,o=i.length;a<o;a++){var s=i[a],c=s.fn;s.once&&this.off(e,c,s.ctx),c.call(s.ctx||this,r)}this._firingCount--}}return n&&this._propagateEvent(r),this},listens:function(e,t,n,r){typeof e!=`string`&&console.warn(`"string" type argument expected`);var i=t;typeof t!=`function`&&(r=!!t,i=void 0,n=void 0);var a=this._events&&this._events[e];if(a&&a.length&&this._listens(e,i,n)!==!1)return!0;if(r){for(var o in this._eventParents)if(this._eventParents[o].listens(e,t,n,r))return!0}return!1},_listens:function(e,t,n){if(!this._events)return!1;var r=this._events[e]||[];if(!t)return!!r.length;n===this&&(n=void 0);for(var i=0,a=r.length;i<a;i++)if(r[i].fn===t&&r[i].ctx===n)return i;return!1},once:function(e,t,n){if(typeof e==`object`)for(var r in e)this._on(r,e[r],t,!0);else{e=je(e);for(var i=0,a=e.length;i<a;i++)this._on(e[i],t,n,!0)}return this},addEventParent:function(e){return this._eventParents=this._eventParents||{},this._eventParents[y(e)]=e,this},removeEventParent:function(e){return this._eventParents&&delete this._eventParents[y(e)],this},_propagateEvent:function(e){for(var t in this._eventParents)this._eventParents[t].fire(e.type,_({layer:e.target,propagatedFrom:e.target},e),!0)}};E.addEventListener=E.on,E.removeEventListener=E.clearAllEventListeners=E.off,E.addOneTimeEventListener=E.once,E.fireEvent=E.fire,E.hasEventListeners=E.listens;var Ge=Ue.extend(E);function D(e,t,n){this.x=n?Math.round(e):e,this.y=n?Math.round(t):t}var Ke=Math.trunc||function(e){return e>0?Math.floor(e):Math.ceil(e)};D.prototype={clone:function(){return new D(this.x,this.y)},add:function(e){return this.clone()._add(O(e))},_add:function(e){return this.x+=e.x,this.y+=e.y,this},subtract:function(e){return this.clone()._subtract(O(e))},_subtract:function(e){return this.x-=e.x,this.y-=e.y,this},divideBy:function(e){return this.clone()._divideBy(e)},_divideBy:function(e){return this.x/=e,this.y/=e,this},multiplyBy:function(e){return this.clone()._multiplyBy(e)},_multiplyBy:function(e){return this.x*=e,this.y*=e,this},scaleBy:function(e){return new D(this.x*e.x,this.y*e.y)},unscaleBy:function(e){return new D(this.x/e.x,this.y/e.y)},round:function(){return this.clone()._round()},_round:function(){return this.x=Math.round(this.x),this.y=Math.round(this.y),this},floor:function(){return this.clone()._floor()},_floor:function(){return this.x=Math.floor(this.x),this.y=Math.floor(this.y),this},ceil:function(){return this.clone()._ceil()},_ceil:function(){return this.x=Math.ceil(this.x),this.y=Math.ceil(this.y),this},trunc:function(){return this.clone()._trunc()},_trunc:function(){return this.x=Ke(this.x),this.y=Ke(this.y),this},distanceTo:function(e){e=O(e);var t=e.x-this.x,n=e.y-this.y;return Math.sqrt(t*t+n*n)},equals:function(e){return e=O(e),e.x===this.x&&e.y===this.y},contains:function(e){return e=O(e),Math.abs(e.x)<=Math.abs(this.x)&&Math.abs(e.y)<=Math.abs(this.y)},toString:function(){return`Point(`+x(this.x)+`, `+x(this.y)+`)`}};function O(e,t,n){return e instanceof D?e:C(e)?new D(e[0],e[1]):e==null?e:typeof e==`object`&&`x`in e&&`y`in e?new D(e.x,e.y):new D(e,t,n)}function k(e,t){if(e)for(var n=t?[e,t]:e,r=0,i=n.length;r<i;r++)this.extend(n[r])}k.prototype={extend:function(e){var t,n;if(!e)return this;if(e instanceof D||typeof e[0]==`number`||`x`in e)t=n=O(e);else if(e=A(e),t=e.min,n=e.max,!t||!n)return this;return!this.min&&!this.max?(this.min=t.clone(),this.max=n.clone()):(this.min.x=Math.min(t.x,this.min.x),this.max.x=Math.max(n.x,this.max.x),this.min.y=Math.min(t.y,this.min.y),this.max.y=Math.max(n.y,this.max.y)),this},getCenter:function(e){return O((this.min.x+this.max.x)/2,(this.min.y+this.max.y)/2,e)},getBottomLeft:function(){return O(this.min.x,this.max.y)},getTopRight:function(){return O(this.max.x,this.min.y)},getTopLeft:function(){return this.min},getBottomRight:function(){return this.max},getSize:function(){return this.max.subtract(this.min)},contains:function(e){var t,n;return e=typeof e[0]==`number`||e instanceof D?O(e):A(e),e instanceof k?(t=e.min,n=e.max):t=n=e,t.x>=this.min.x&&n.x<=this.max.x&&t.y>=this.min.y&&n.y<=this.max.y},intersects:function(e){e=A(e);var t=this.min,n=this.max,r=e.min,i=e.max,a=i.x>=t.x&&r.x<=n.x,o=i.y>=t.y&&r.y<=n.y;return a&&o},overlaps:function(e){e=A(e);var t=this.min,n=this.max,r=e.min,i=e.max,a=i.x>t.x&&r.x<n.x,o=i.y>t.y&&r.y<n.y;return a&&o},isValid:function(){return!!(this.min&&this.max)},pad:function(e){var t=this.min,n=this.max,r=Math.abs(t.x-n.x)*e,i=Math.abs(t.y-n.y)*e;return A(O(t.x-r,t.y-i),O(n.x+r,n.y+i))},equals:function(e){return e?(e=A(e),this.min.equals(e.getTopLeft())&&this.max.equals(e.getBottomRight())):!1}};function A(e,t){return!e||e instanceof k?e:new k(e,t)}function j(e,t){if(e)for(var n=t?[e,t]:e,r=0,i=n.length;r<i;r++)this.extend(n[r])}j.prototype={extend:function(e){var t=this._southWest,n=this._northEast,r,i;if(e instanceof N)r=e,i=e;else if(e instanceof j){if(r=e._southWest,i=e._northEast,!r||!i)return this}else return e?this.extend(P(e)||M(e)):this;return!t&&!n?(this._southWest=new N(r.lat,r.lng),this._northEast=new N(i.lat,i.lng)):(t.lat=Math.min(r.lat,t.lat),t.lng=Math.min(r.lng,t.lng),n.lat=Math.max(i.lat,n.lat),n.lng=Math.max(i.lng,n.lng)),this},pad:function(e){var t=this._southWest,n=this._northEast,r=Math.abs(t.lat-n.lat)*e,i=Math.abs(t.lng-n.lng)*e;return new j(new N(t.lat-r,t.lng-i),new N(n.lat+r,n.lng+i))},getCenter:function(){return new N((this._southWest.lat+this._northEast.lat)/2,(this._southWest.lng+this._northEast.lng)/2)},getSouthWest:function(){return this._southWest},getNorthEast:function(){return this._northEast},getNorthWest:function(){return new N(this.getNorth(),this.getWest())},getSouthEast:function(){return new N(this.getSouth(),this.getEast())},getWest:function(){return this._southWest.lng},getSouth:function(){return this._southWest.lat},getEast:function(){return this._northEast.lng},getNorth:function(){return this._northEast.lat},contains:function(e){e=typeof e[0]==`number`||e instanceof N||`lat`in e?P(e):M(e);var t=this._southWest,n=this._northEast,r,i;return e instanceof j?(r=e.getSouthWest(),i=e.getNorthEast()):r=i=e,r.lat>=t.lat&&i.lat<=n.lat&&r.lng>=t.lng&&i.lng<=n.lng},intersects:function(e){e=M(e);var t=this._southWest,n=this._northEast,r=e.getSouthWest(),i=e.getNorthEast(),a=i.lat>=t.lat&&r.lat<=n.lat,o=i.lng>=t.lng&&r.lng<=n.lng;return a&&o},overlaps:function(e){e=M(e);var t=this._southWest,n=this._northEast,r=e.getSouthWest(),i=e.getNorthEast(),a=i.lat>t.lat&&r.lat<n.lat,o=i.lng>t.lng&&r.lng<n.lng;return a&&o},toBBoxString:function(){return[this.getWest(),this.getSouth(),this.getEast(),this.getNorth()].join(`,`)},equals:function(e,t){return e?(e=M(e),this._southWest.equals(e.getSouthWest(),t)&&this._northEast.equals(e.getNorthEast(),t)):!1},isValid:function(){return!!(this._southWest&&this._northEast)}};function M(e,t){return e instanceof j?e:new j(e,t)}function N(e,t,n){if(isNaN(e)||isNaN(t))throw Error(`Invalid LatLng object: (`+e+`, `+t+`)`);this.lat=+e,this.lng=+t,n!==void 0&&(this.alt=+n)}N.prototype={equals:function(e,t){return e?(e=P(e),Math.max(Math.abs(this.lat-e.lat),Math.abs(this.lng-e.lng))<=(t===void 0?1e-9:t)):!1},toString:function(e){return`LatLng(`+x(this.lat,e)+`, `+x(this.lng,e)+`)`},distanceTo:function(e){return qe.distance(this,P(e))},wrap:function(){return qe.wrapLatLng(this)},toBounds:function(e){var t=180*e/40075017,n=t/Math.cos(Math.PI/180*this.lat);return M([this.lat-t,this.lng-n],[this.lat+t,this.lng+n])},clone:function(){return new N(this.lat,this.lng,this.alt)}};function P(e,t,n){return e instanceof N?e:C(e)&&typeof e[0]!=`object`?e.length===3?new N(e[0],e[1],e[2]):e.length===2?new N(e[0],e[1]):null:e==null?e:typeof e==`object`&&`lat`in e?new N(e.lat,`lng`in e?e.lng:e.lon,e.alt):t===void 0?null:new N(e,t,n)}var F={latLngToPoint:function(e,t){var n=this.projection.project(e),r=this.scale(t);return this.transformation._transform(n,r)},pointToLatLng:function(e,t){var n=this.scale(t),r=this.transformation.untransform(e,n);return this.projection.unproject(r)},project:function(e){return this.projection.project(e)},unproject:function(e){return this.projection.unproject(e)},scale:function(e){return 256*2**e},zoom:function(e){return Math.log(e/256)/Math.LN2},getProjectedBounds:function(e){if(this.infinite)return null;var t=this.projection.bounds,n=this.scale(e);return new k(this.transformation.transform(t.min,n),this.transformation.transform(t.max,n))},infinite:!1,wrapLatLng:function(e){var t=this.wrapLng?ke(e.lng,this.wrapLng,!0):e.lng,n=this.wrapLat?ke(e.lat,this.wrapLat,!0):e.lat,r=e.alt;return new N(n,t,r)},wrapLatLngBounds:function(e){var t=e.getCenter(),n=this.wrapLatLng(t),r=t.lat-n.lat,i=t.lng-n.lng;if(r===0&&i===0)return e;var a=e.getSouthWest(),o=e.getNorthEast();return new j(new N(a.lat-r,a.lng-i),new N(o.lat-r,o.lng-i))}},qe=_({},F,{wrapLng:[-180,180],R:6371e3,distance:function(e,t){var n=Math.PI/180,r=e.lat*n,i=t.lat*n,a=Math.sin((t.lat-e.lat)*n/2),o=Math.sin((t.lng-e.lng)*n/2),s=a*a+Math.cos(r)*Math.cos(i)*o*o,c=2*Math.atan2(Math.sqrt(s),Math.sqrt(1-s));return this.R*c}}),Je=6378137,Ye={R:Je,MAX_LATITUDE:85.0511287798,project:function(e){var t=Math.PI/180,n=this.MAX_LATITUDE,r=Math.max(Math.min(n,e.lat),-n),i=Math.sin(r*t);return new D(this.R*e.lng*t,this.R*Math.log((1+i)/(1-i))/2)},unproject:function(e){var t=180/Math.PI;return new N((2*Math.atan(Math.exp(e.y/this.R))-Math.PI/2)*t,e.x*t/this.R)},bounds:(function(){var e=Je*Math.PI;return new k([-e,-e],[e,e])})()};function Xe(e,t,n,r){C(e)?(this._a=e[0],this._b=e[1],this._c=e[2],this._d=e[3]):(this._a=e,this._b=t,this._c=n,this._d=r)}Xe.prototype={transform:function(e,t){return this._transform(e.clone(),t)},_transform:function(e,t){return t||=1,e.x=t*(this._a*e.x+this._b),e.y=t*(this._c*e.y+this._d),e},untransform:function(e,t){return t||=1,new D((e.x/t-this._b)/this._a,(e.y/t-this._d)/this._c)}};function Ze(e,t,n,r){return new Xe(e,t,n,r)}var Qe=_({},qe,{code:`EPSG:3857`,projection:Ye,transformation:function(){var e=.5/(Math.PI*Ye.R);return Ze(e,.5,-e,.5)}()}),$e=_({},Qe,{code:`EPSG:900913`});function et(e){return document.createElementNS(`http://www.w3.org/2000/svg`,e)}function tt(e,t){for(var n=``,r=0,i,a=e.length,o,s,c;r<a;r++){for(s=e[r],i=0,o=s.length;i<o;i++)c=s[i],n+=(i?`L`:`M`)+c.x+` `+c.y;n+=t?R.svg?`z`:`x`:``}return n||`M0 0`}var nt=document.documentElement.style,rt=`ActiveXObject`in window,it=rt&&!document.addEventListener,at=`msLaunchUri`in navigator&&!(`documentMode`in document),ot=I(`webkit`),st=I(`android`),ct=I(`android 2`)||I(`android 3`),lt=parseInt(/WebKit\/([0-9]+)|$/.exec(navigator.userAgent)[1],10),ut=st&&I(`Google`)&&lt<537&&!(`AudioNode`in window),dt=!!window.opera,ft=!at&&I(`chrome`),pt=I(`gecko`)&&!ot&&!dt&&!rt,mt=!ft&&I(`safari`),ht=I(`phantom`),gt=`OTransition`in nt,_t=navigator.platform.indexOf(`Win`)===0,vt=rt&&`transition`in nt,yt=`WebKitCSSMatrix`in window&&`m11`in new window.WebKitCSSMatrix&&!ct,bt=`MozPerspective`in nt,xt=!window.L_DISABLE_3D&&(vt||yt||bt)&&!gt&&!ht,St=typeof orientation<`u`||I(`mobile`),Ct=St&&ot,wt=St&&yt,Tt=!window.PointerEvent&&window.MSPointerEvent,Et=!!(window.PointerEvent||Tt),Dt=`ontouchstart`in window||!!window.TouchEvent,Ot=!window.L_NO_TOUCH&&(Dt||Et),kt=St&&dt,At=St&&pt,jt=(window.devicePixelRatio||window.screen.deviceXDPI/window.screen.logicalXDPI)>1,Mt=function(){var e=!1;try{var t=Object.defineProperty({},"passive",{get:function(){e=!0}});window.addEventListener(`testPassiveEventSupport`,b,t),window.removeEventListener(`testPassiveEventSupport`,b,t)}catch{}return e}(),Nt=function(){return!!document.createElement(`canvas`).getContext}(),Pt=!!(document.createElementNS&&et(`svg`).createSVGRect),Ft=!!Pt&&(function(){var e=document.createElement(`div`);return e.innerHTML=`<svg/>`,(e.firstChild&&e.firstChild.namespaceURI)===`http://www.w3.org/2000/svg`})(),It=!Pt&&function(){try{var e=document.createElement(`div`);e.innerHTML=`<v:shape adj="1"/>`;var t=e.firstChild;return t.style.behavior=`url(#default#VML)`,t&&typeof t.adj==`object`}catch{return!1}}(),Lt=navigator.platform.indexOf(`Mac`)===0,Rt=navigator.platform.indexOf(`Linux`)===0;function I(e){return navigator.userAgent.toLowerCase().indexOf(e)>=0}var R={ie:rt,ielt9:it,edge:at,webkit:ot,android:st,android23:ct,androidStock:ut,opera:dt,chrome:ft,gecko:pt,safari:mt,phantom:ht,opera12:gt,win:_t,ie3d:vt,webkit3d:yt,gecko3d:bt,any3d:xt,mobile:St,mobileWebkit:Ct,mobileWebkit3d:wt,msPointer:Tt,pointer:Et,touch:Ot,touchNative:Dt,mobileOpera:kt,mobileGecko:At,retina:jt,passiveEvents:Mt,canvas:Nt,svg:Pt,vml:It,inlineSvg:Ft,mac:Lt,linux:Rt},zt=R.msPointer?`MSPointerDown`:`pointerdown`,Bt=R.msPointer?`MSPointerMove`:`pointermove`,Vt=R.msPointer?`MSPointerUp`:`pointerup`,Ht=R.msPointer?`MSPointerCancel`:`pointercancel`,Ut={touchstart:zt,touchmove:Bt,touchend:Vt,touchcancel:Ht},Wt={touchstart:en,touchmove:$t,touchend:$t,touchcancel:$t},Gt={},Kt=!1;function qt(e,t,n){return t===`touchstart`&&Qt(),Wt[t]?(n=Wt[t].bind(this,n),e.addEventListener(Ut[t],n,!1),n):(console.warn(`wrong event specified:`,t),b)}function Jt(e,t,n){Ut[t]?e.removeEventListener(Ut[t],n,!1):console.warn(`wrong event specified:`,t)}function Yt(e){Gt[e.pointerId]=e}function Xt(e){Gt[e.pointerId]&&(Gt[e.pointerId]=e)}function Zt(e){delete Gt[e.pointerId]}function Qt(){Kt||=(document.addEventListener(zt,Yt,!0),document.addEventListener(Bt,Xt,!0),document.addEventListener(Vt,Zt,!0),document.addEventListener(Ht,Zt,!0),!0)}function $t(e,t){if(t.pointerType!==(t.MSPOINTER_TYPE_MOUSE||`mouse`)){for(var n in t.touches=[],Gt)t.touches.push(Gt[n]);t.changedTouches=[t],e(t)}}function en(e,t){t.MSPOINTER_TYPE_TOUCH&&t.pointerType===t.MSPOINTER_TYPE_TOUCH&&J(t),$t(e,t)}function tn(e){var t={},n,r;for(r in e)n=e[r],t[r]=n&&n.bind?n.bind(e):n;return e=t,t.type=`dblclick`,t.detail=2,t.isTrusted=!1,t._simulated=!0,t}var nn=200;function rn(e,t){e.addEventListener(`dblclick`,t);var n=0,r;function i(e){if(e.detail!==1)r=e.detail;else if(!(e.pointerType===`mouse`||e.sourceCapabilities&&!e.sourceCapabilities.firesTouchEvents)){var i=Hn(e);if(!i.some(function(e){return e instanceof HTMLLabelElement&&e.attributes.for})||i.some(function(e){return e instanceof HTMLInputElement||e instanceof HTMLSelectElement})){var a=Date.now();a-n<=nn?(r++,r===2&&t(tn(e))):r=1,n=a}}}return e.addEventListener(`click`,i),{dblclick:t,simDblclick:i}}function an(e,t){e.removeEventListener(`dblclick`,t.dblclick),e.removeEventListener(`click`,t.simDblclick)}var on=vn([`transform`,`webkitTransform`,`OTransform`,`MozTransform`,`msTransform`]),sn=vn([`webkitTransition`,`transition`,`OTransition`,`MozTransition`,`msTransition`]),cn=sn===`webkitTransition`||sn===`OTransition`?sn+`End`:`transitionend`;function ln(e){return typeof e==`string`?document.getElementById(e):e}function un(e,t){var n=e.style[t]||e.currentStyle&&e.currentStyle[t];if((!n||n===`auto`)&&document.defaultView){var r=document.defaultView.getComputedStyle(e,null);n=r?r[t]:null}return n===`auto`?null:n}function z(e,t,n){var r=document.createElement(e);return r.className=t||``,n&&n.appendChild(r),r}function B(e){var t=e.parentNode;t&&t.removeChild(e)}function dn(e){for(;e.firstChild;)e.removeChild(e.firstChild)}function fn(e){var t=e.parentNode;t&&t.lastChild!==e&&t.appendChild(e)}function pn(e){var t=e.parentNode;t&&t.firstChild!==e&&t.insertBefore(e,t.firstChild)}function mn(e,t){if(e.classList!==void 0)return e.classList.contains(t);var n=gn(e);return n.length>0&&RegExp(`(^|\\s)`+t+`(\\s|$)`).test(n)}function V(e,t){if(e.classList!==void 0)for(var n=je(t),r=0,i=n.length;r<i;r++)e.classList.add(n[r]);else if(!mn(e,t)){var a=gn(e);hn(e,(a?a+` `:``)+t)}}function H(e,t){e.classList===void 0?hn(e,Ae((` `+gn(e)+` `).replace(` `+t+` `,` `))):e.classList.remove(t)}function hn(e,t){e.className.baseVal===void 0?e.className=t:e.className.baseVal=t}function gn(e){return e.correspondingElement&&(e=e.correspondingElement),e.className.baseVal===void 0?e.className:e.className.baseVal}function U(e,t){`opacity`in e.style?e.style.opacity=t:`filter`in e.style&&_n(e,t)}function _n(e,t){var n=!1,r=`DXImageTransform.Microsoft.Alpha`;try{n=e.filters.item(r)}catch{if(t===1)return}t=Math.round(t*100),n?(n.Enabled=t!==100,n.Opacity=t):e.style.filter+=` progid:`+r+`(opacity=`+t+`)`}function vn(e){for(var t=document.documentElement.style,n=0;n<e.length;n++)if(e[n]in t)return e[n];return!1}function yn(e,t,n){var r=t||new D(0,0);e.style[on]=(R.ie3d?`translate(`+r.x+`px,`+r.y+`px)`:`translate3d(`+r.x+`px,`+r.y+`px,0)`)+(n?` scale(`+n+`)`:``)}function W(e,t){e._leaflet_pos=t,R.any3d?yn(e,t):(e.style.left=t.x+`px`,e.style.top=t.y+`px`)}function bn(e){return e._leaflet_pos||new D(0,0)}var xn,Sn,Cn;if(`onselectstart`in document)xn=function(){G(window,`selectstart`,J)},Sn=function(){q(window,`selectstart`,J)};else{var wn=vn([`userSelect`,`WebkitUserSelect`,`OUserSelect`,`MozUserSelect`,`msUserSelect`]);xn=function(){if(wn){var e=document.documentElement.style;Cn=e[wn],e[wn]=`none`}},Sn=function(){wn&&(document.documentElement.style[wn]=Cn,Cn=void 0)}}function Tn(){G(window,`dragstart`,J)}function En(){q(window,`dragstart`,J)}var Dn,On;function kn(e){for(;e.tabIndex===-1;)e=e.parentNode;e.style&&(An(),Dn=e,On=e.style.outlineStyle,e.style.outlineStyle=`none`,G(window,`keydown`,An))}function An(){Dn&&(Dn.style.outlineStyle=On,Dn=void 0,On=void 0,q(window,`keydown`,An))}function jn(e){do e=e.parentNode;while((!e.offsetWidth||!e.offsetHeight)&&e!==document.body);return e}function Mn(e){var t=e.getBoundingClientRect();return{x:t.width/e.offsetWidth||1,y:t.height/e.offsetHeight||1,boundingClientRect:t}}var Nn={__proto__:null,TRANSFORM:on,TRANSITION:sn,TRANSITION_END:cn,get:ln,getStyle:un,create:z,remove:B,empty:dn,toFront:fn,toBack:pn,hasClass:mn,addClass:V,removeClass:H,setClass:hn,getClass:gn,setOpacity:U,testProp:vn,setTransform:yn,setPosition:W,getPosition:bn,get disableTextSelection(){return xn},get enableTextSelection(){return Sn},disableImageDrag:Tn,enableImageDrag:En,preventOutline:kn,restoreOutline:An,getSizedParentNode:jn,getScale:Mn};function G(e,t,n,r){if(t&&typeof t==`object`)for(var i in t)In(e,i,t[i],n);else{t=je(t);for(var a=0,o=t.length;a<o;a++)In(e,t[a],n,r)}return this}var K=`_leaflet_events`;function q(e,t,n,r){if(arguments.length===1)Pn(e),delete e[K];else if(t&&typeof t==`object`)for(var i in t)Ln(e,i,t[i],n);else if(t=je(t),arguments.length===2)Pn(e,function(e){return Fe(t,e)!==-1});else for(var a=0,o=t.length;a<o;a++)Ln(e,t[a],n,r);return this}function Pn(e,t){for(var n in e[K]){var r=n.split(/\d/)[0];(!t||t(r))&&Ln(e,r,null,null,n)}}var Fn={mouseenter:`mouseover`,mouseleave:`mouseout`,wheel:!(`onwheel`in window)&&`mousewheel`};function In(e,t,n,r){var i=t+y(n)+(r?`_`+y(r):``);if(e[K]&&e[K][i])return this;var a=function(t){return n.call(r||e,t||window.event)},o=a;!R.touchNative&&R.pointer&&t.indexOf(`touch`)===0?a=qt(e,t,a):R.touch&&t===`dblclick`?a=rn(e,a):`addEventListener`in e?t===`touchstart`||t===`touchmove`||t===`wheel`||t===`mousewheel`?e.addEventListener(Fn[t]||t,a,R.passiveEvents?{passive:!1}:!1):t===`mouseenter`||t===`mouseleave`?(a=function(t){t||=window.event,Kn(e,t)&&o(t)},e.addEventListener(Fn[t],a,!1)):e.addEventListener(t,o,!1):e.attachEvent(`on`+t,a),e[K]=e[K]||{},e[K][i]=a}function Ln(e,t,n,r,i){i||=t+y(n)+(r?`_`+y(r):``);var a=e[K]&&e[K][i];if(!a)return this;!R.touchNative&&R.pointer&&t.indexOf(`touch`)===0?Jt(e,t,a):R.touch&&t===`dblclick`?an(e,a):`removeEventListener`in e?e.removeEventListener(Fn[t]||t,a,!1):e.detachEvent(`on`+t,a),e[K][i]=null}function Rn(e){return e.stopPropagation?e.stopPropagation():e.originalEvent?e.originalEvent._stopped=!0:e.cancelBubble=!0,this}function zn(e){return In(e,`wheel`,Rn),this}function Bn(e){return G(e,`mousedown touchstart dblclick contextmenu`,Rn),e._leaflet_disable_click=!0,this}function J(e){return e.preventDefault?e.preventDefault():e.returnValue=!1,this}function Vn(e){return J(e),Rn(e),this}function Hn(e){if(e.composedPath)return e.composedPath();for(var t=[],n=e.target;n;)t.push(n),n=n.parentNode;return t}function Un(e,t){if(!t)return new D(e.clientX,e.clientY);var n=Mn(t),r=n.boundingClientRect;return new D((e.clientX-r.left)/n.x-t.clientLeft,(e.clientY-r.top)/n.y-t.clientTop)}var Wn=R.linux&&R.chrome?window.devicePixelRatio:R.mac?window.devicePixelRatio*3:window.devicePixelRatio>0?2*window.devicePixelRatio:1;function Gn(e){return R.edge?e.wheelDeltaY/2:e.deltaY&&e.deltaMode===0?-e.deltaY/Wn:e.deltaY&&e.deltaMode===1?-e.deltaY*20:e.deltaY&&e.deltaMode===2?-e.deltaY*60:e.deltaX||e.deltaZ?0:e.wheelDelta?(e.wheelDeltaY||e.wheelDelta)/2:e.detail&&Math.abs(e.detail)<32765?-e.detail*20:e.detail?e.detail/-32765*60:0}function Kn(e,t){var n=t.relatedTarget;if(!n)return!0;try{for(;n&&n!==e;)n=n.parentNode}catch{return!1}return n!==e}var qn=Ge.extend({run:function(e,t,n,r){this.stop(),this._el=e,this._inProgress=!0,this._duration=n||.25,this._easeOutPower=1/Math.max(r||.5,.2),this._startPos=bn(e),this._offset=t.subtract(this._startPos),this._startTime=+new Date,this.fire(`start`),this._animate()},stop:function(){this._inProgress&&(this._step(!0),this._complete())},_animate:function(){this._animId=w(this._animate,this),this._step()},_step:function(e){var t=+new Date-this._startTime,n=this._duration*1e3;t<n?this._runFrame(this._easeOut(t/n),e):(this._runFrame(1),this._complete())},_runFrame:function(e,t){var n=this._startPos.add(this._offset.multiplyBy(e));t&&n._round(),W(this._el,n),this.fire(`step`)},_complete:function(){T(this._animId),this._inProgress=!1,this.fire(`end`)},_easeOut:function(e){return 1-(1-e)**this._easeOutPower}}),Y=Ge.extend({options:{crs:Qe,center:void 0,zoom:void 0,minZoom:void 0,maxZoom:void 0,layers:[],maxBounds:void 0,renderer:void 0,zoomAnimation:!0,zoomAnimationThreshold:4,fadeAnimation:!0,markerZoomAnimation:!0,transform3DLimit:8388608,zoomSnap:1,zoomDelta:1,trackResize:!0},initialize:function(e,t){t=S(this,t),this._handlers=[],this._layers={},this._zoomBoundLayers={},this._sizeChanged=!0,this._initContainer(e),this._initLayout(),this._onResize=v(this._onResize,this),this._initEvents(),t.maxBounds&&this.setMaxBounds(t.maxBounds),t.zoom!==void 0&&(this._zoom=this._limitZoom(t.zoom)),t.center&&t.zoom!==void 0&&this.setView(P(t.center),t.zoom,{reset:!0}),this.callInitHooks(),this._zoomAnimated=sn&&R.any3d&&!R.mobileOpera&&this.options.zoomAnimation,this._zoomAnimated&&(this._createAnimProxy(),G(this._proxy,cn,this._catchTransitionEnd,this)),this._addLayers(this.options.layers)},setView:function(e,t,n){return t=t===void 0?this._zoom:this._limitZoom(t),e=this._limitCenter(P(e),t,this.options.maxBounds),n||={},this._stop(),this._loaded&&!n.reset&&n!==!0&&(n.animate!==void 0&&(n.zoom=_({animate:n.animate},n.zoom),n.pan=_({animate:n.animate,duration:n.duration},n.pan)),this._zoom===t?this._tryAnimatedPan(e,n.pan):this._tryAnimatedZoom&&this._tryAnimatedZoom(e,t,n.zoom))?(clearTimeout(this._sizeTimer),this):(this._resetView(e,t,n.pan&&n.pan.noMoveStart),this)},setZoom:function(e,t){return this._loaded?this.setView(this.getCenter(),e,{zoom:t}):(this._zoom=e,this)},zoomIn:function(e,t){return e||=R.any3d?this.options.zoomDelta:1,this.setZoom(this._zoom+e,t)},zoomOut:function(e,t){return e||=R.any3d?this.options.zoomDelta:1,this.setZoom(this._zoom-e,t)},setZoomAround:function(e,t,n){var r=this.getZoomScale(t),i=this.getSize().divideBy(2),a=(e instanceof D?e:this.latLngToContainerPoint(e)).subtract(i).multiplyBy(1-1/r),o=this.containerPointToLatLng(i.add(a));return this.setView(o,t,{zoom:n})},_getBoundsCenterZoom:function(e,t){t||={},e=e.getBounds?e.getBounds():M(e);var n=O(t.paddingTopLeft||t.padding||[0,0]),r=O(t.paddingBottomRight||t.padding||[0,0]),i=this.getBoundsZoom(e,!1,n.add(r));if(i=typeof t.maxZoom==`number`?Math.min(t.maxZoom,i):i,i===1/0)return{center:e.getCenter(),zoom:i};var a=r.subtract(n).divideBy(2),o=this.project(e.getSouthWest(),i),s=this.project(e.getNorthEast(),i);return{center:this.unproject(o.add(s).divideBy(2).add(a),i),zoom:i}},fitBounds:function(e,t){if(e=M(e),!e.isValid())throw Error(`Bounds are not valid.`);var n=this._getBoundsCenterZoom(e,t);return this.setView(n.center,n.zoom,t)},fitWorld:function(e){return this.fitBounds([[-90,-180],[90,180]],e)},panTo:function(e,t){return this.setView(e,this._zoom,{pan:t})},panBy:function(e,t){if(e=O(e).round(),t||={},!e.x&&!e.y)return this.fire(`moveend`);if(t.animate!==!0&&!this.getSize().contains(e))return this._resetView(this.unproject(this.project(this.getCenter()).add(e)),this.getZoom()),this;if(this._panAnim||(this._panAnim=new qn,this._panAnim.on({step:this._onPanTransitionStep,end:this._onPanTransitionEnd},this)),t.noMoveStart||this.fire(`movestart`),t.animate!==!1){V(this._mapPane,`leaflet-pan-anim`);var n=this._getMapPanePos().subtract(e).round();this._panAnim.run(this._mapPane,n,t.duration||.25,t.easeLinearity)}else this._rawPanBy(e),this.fire(`move`).fire(`moveend`);return this},flyTo:function(e,t,n){if(n||={},n.animate===!1||!R.any3d)return this.setView(e,t,n);this._stop();var r=this.project(this.getCenter()),i=this.project(e),a=this.getSize(),o=this._zoom;e=P(e),t=t===void 0?o:t;var s=Math.max(a.x,a.y),c=s*this.getZoomScale(o,t),l=i.distanceTo(r)||1,u=1.42,d=u*u;function f(e){var t=e?-1:1,n=e?c:s,r=(c*c-s*s+t*d*d*l*l)/(2*n*d*l),i=Math.sqrt(r*r+1)-r;return i<1e-9?-18:Math.log(i)}function p(e){return(Math.exp(e)-Math.exp(-e))/2}function m(e){return(Math.exp(e)+Math.exp(-e))/2}function h(e){return p(e)/m(e)}var g=f(0);function ee(e){return s*(m(g)/m(g+u*e))}function te(e){return s*(m(g)*h(g+u*e)-p(g))/d}function ne(e){return 1-(1-e)**1.5}var re=Date.now(),ie=(f(1)-g)/u,ae=n.duration?1e3*n.duration:1e3*ie*.8;function oe(){var n=(Date.now()-re)/ae,a=ne(n)*ie;n<=1?(this._flyToFrame=w(oe,this),this._move(this.unproject(r.add(i.subtract(r).multiplyBy(te(a)/l)),o),this.getScaleZoom(s/ee(a),o),{flyTo:!0})):this._move(e,t)._moveEnd(!0)}return this._moveStart(!0,n.noMoveStart),oe.call(this),this},flyToBounds:function(e,t){var n=this._getBoundsCenterZoom(e,t);return this.flyTo(n.center,n.zoom,t)},setMaxBounds:function(e){return e=M(e),this.listens(`moveend`,this._panInsideMaxBounds)&&this.off(`moveend`,this._panInsideMaxBounds),e.isValid()?(this.options.maxBounds=e,this._loaded&&this._panInsideMaxBounds(),this.on(`moveend`,this._panInsideMaxBounds)):(this.options.maxBounds=null,this)},setMinZoom:function(e){var t=this.options.minZoom;return this.options.minZoom=e,this._loaded&&t!==e&&(this.fire(`zoomlevelschange`),this.getZoom()<this.options.minZoom)?this.setZoom(e):this},setMaxZoom:function(e){var t=this.options.maxZoom;return this.options.maxZoom=e,this._loaded&&t!==e&&(this.fire(`zoomlevelschange`),this.getZoom()>this.options.maxZoom)?this.setZoom(e):this},panInsideBounds:function(e,t){this._enforcingBounds=!0;var n=this.getCenter(),r=this._limitCenter(n,this._zoom,M(e));return n.equals(r)||this.panTo(r,t),this._enforcingBounds=!1,this},panInside:function(e,t){t||={};var n=O(t.paddingTopLeft||t.padding||[0,0]),r=O(t.paddingBottomRight||t.padding||[0,0]),i=this.project(this.getCenter()),a=this.project(e),o=this.getPixelBounds(),s=A([o.min.add(n),o.max.subtract(r)]),c=s.getSize();if(!s.contains(a)){this._enforcingBounds=!0;var l=a.subtract(s.getCenter()),u=s.extend(a).getSize().subtract(c);i.x+=l.x<0?-u.x:u.x,i.y+=l.y<0?-u.y:u.y,this.panTo(this.unproject(i),t),this._enforcingBounds=!1}return this},invalidateSize:function(e){if(!this._loaded)return this;e=_({animate:!1,pan:!0},e===!0?{animate:!0}:e);var t=this.getSize();this._sizeChanged=!0,this._lastCenter=null;var n=this.getSize(),r=t.divideBy(2).round(),i=n.divideBy(2).round(),a=r.subtract(i);return!a.x&&!a.y?this:(e.animate&&e.pan?this.panBy(a):(e.pan&&this._rawPanBy(a),this.fire(`move`),e.debounceMoveend?(clearTimeout(this._sizeTimer),this._sizeTimer=setTimeout(v(this.fire,this,`moveend`),200)):this.fire(`moveend`)),this.fire(`resize`,{oldSize:t,newSize:n}))},stop:function(){return this.setZoom(this._limitZoom(this._zoom)),this.options.zoomSnap||this.fire(`viewreset`),this._stop()},locate:function(e){if(e=this._locateOptions=_({timeout:1e4,watch:!1},e),!(`geolocation`in navigator))return this._handleGeolocationError({code:0,message:`Geolocation not supported.`}),this;var t=v(this._handleGeolocationResponse,this),n=v(this._handleGeolocationError,this);return e.watch?this._locationWatchId=navigator.geolocation.watchPosition(t,n,e):navigator.geolocation.getCurrentPosition(t,n,e),this},stopLocate:function(){return navigator.geolocation&&navigator.geolocation.clearWatch&&navigator.geolocation.clearWatch(this._locationWatchId),this._locateOptions&&(this._locateOptions.setView=!1),this},_handleGeolocationError:function(e){if(this._container._leaflet_id){var t=e.code,n=e.message||(t===1?`permission denied`:t===2?`position unavailable`:`timeout`);this._locateOptions.setView&&!this._loaded&&this.fitWorld(),this.fire(`locationerror`,{code:t,message:`Geolocation error: `+n+`.`})}},_handleGeolocationResponse:function(e){if(this._container._leaflet_id){var t=e.coords.latitude,n=e.coords.longitude,r=new N(t,n),i=r.toBounds(e.coords.accuracy*2),a=this._locateOptions;if(a.setView){var o=this.getBoundsZoom(i);this.setView(r,a.maxZoom?Math.min(o,a.maxZoom):o)}var s={latlng:r,bounds:i,timestamp:e.timestamp};for(var c in e.coords)typeof e.coords[c]==`number`&&(s[c]=e.coords[c]);this.fire(`locationfound`,s)}},addHandler:function(e,t){if(!t)return this;var n=this[e]=new t(this);return this._handlers.push(n),this.options[e]&&n.enable(),this},remove:function(){if(this._initEvents(!0),this.options.maxBounds&&this.off(`moveend`,this._panInsideMaxBounds),this._containerId!==this._container._leaflet_id)throw Error(`Map container is being reused by another instance`);try{delete this._container._leaflet_id,delete this._containerId}catch{this._container._leaflet_id=void 0,this._containerId=void 0}for(var e in this._locationWatchId!==void 0&&this.stopLocate(),this._stop(),B(this._mapPane),this._clearControlPos&&this._clearControlPos(),this._resizeRequest&&=(T(this._resizeRequest),null),this._clearHandlers(),this._loaded&&this.fire(`unload`),this._layers)this._layers[e].remove();for(e in this._panes)B(this._panes[e]);return this._layers=[],this._panes=[],delete this._mapPane,delete this._renderer,this},createPane:function(e,t){var n=z(`div`,`leaflet-pane`+(e?` leaflet-`+e.replace(`Pane`,``)+`-pane`:``),t||this._mapPane);return e&&(this._panes[e]=n),n},getCenter:function(){return this._checkIfLoaded(),this._lastCenter&&!this._moved()?this._lastCenter.clone():this.layerPointToLatLng(this._getCenterLayerPoint())},getZoom:function(){return this._zoom},getBounds:function(){var e=this.getPixelBounds();return new j(this.unproject(e.getBottomLeft()),this.unproject(e.getTopRight()))},getMinZoom:function(){return this.options.minZoom===void 0?this._layersMinZoom||0:this.options.minZoom},getMaxZoom:function(){return this.options.maxZoom===void 0?this._layersMaxZoom===void 0?1/0:this._layersMaxZoom:this.options.maxZoom},getBoundsZoom:function(e,t,n){e=M(e),n=O(n||[0,0]);var r=this.getZoom()||0,i=this.getMinZoom(),a=this.getMaxZoom(),o=e.getNorthWest(),s=e.getSouthEast(),c=this.getSize().subtract(n),l=A(this.project(s,r),this.project(o,r)).getSize(),u=R.any3d?this.options.zoomSnap:1,d=c.x/l.x,f=c.y/l.y,p=t?Math.max(d,f):Math.min(d,f);return r=this.getScaleZoom(p,r),u&&(r=Math.round(r/(u/100))*(u/100),r=t?Math.ceil(r/u)*u:Math.floor(r/u)*u),Math.max(i,Math.min(a,r))},getSize:function(){return(!this._size||this._sizeChanged)&&(this._size=new D(this._container.clientWidth||0,this._container.clientHeight||0),this._sizeChanged=!1),this._size.clone()},getPixelBounds:function(e,t){var n=this._getTopLeftPoint(e,t);return new k(n,n.add(this.getSize()))},getPixelOrigin:function(){return this._checkIfLoaded(),this._pixelOrigin},getPixelWorldBounds:function(e){return this.options.crs.getProjectedBounds(e===void 0?this.getZoom():e)},getPane:function(e){return typeof e==`string`?this._panes[e]:e},getPanes:function(){return this._panes},getContainer:function(){return this._container},getZoomScale:function(e,t){var n=this.options.crs;return t=t===void 0?this._zoom:t,n.scale(e)/n.scale(t)},getScaleZoom:function(e,t){var n=this.options.crs;t=t===void 0?this._zoom:t;var r=n.zoom(e*n.scale(t));return isNaN(r)?1/0:r},project:function(e,t){return t=t===void 0?this._zoom:t,this.options.crs.latLngToPoint(P(e),t)},unproject:function(e,t){return t=t===void 0?this._zoom:t,this.options.crs.pointToLatLng(O(e),t)},layerPointToLatLng:function(e){var t=O(e).add(this.getPixelOrigin());return this.unproject(t)},latLngToLayerPoint:function(e){return this.project(P(e))._round()._subtract(this.getPixelOrigin())},wrapLatLng:function(e){return this.options.crs.wrapLatLng(P(e))},wrapLatLngBounds:function(e){return this.options.crs.wrapLatLngBounds(M(e))},distance:function(e,t){return this.options.crs.distance(P(e),P(t))},containerPointToLayerPoint:function(e){return O(e).subtract(this._getMapPanePos())},layerPointToContainerPoint:function(e){return O(e).add(this._getMapPanePos())},containerPointToLatLng:function(e){var t=this.containerPointToLayerPoint(O(e));return this.layerPointToLatLng(t)},latLngToContainerPoint:function(e){return this.layerPointToContainerPoint(this.latLngToLayerPoint(P(e)))},mouseEventToContainerPoint:function(e){return Un(e,this._container)},mouseEventToLayerPoint:function(e){return this.containerPointToLayerPoint(this.mouseEventToContainerPoint(e))},mouseEventToLatLng:function(e){return this.layerPointToLatLng(this.mouseEventToLayerPoint(e))},_initContainer:function(e){var t=this._container=ln(e);if(!t)throw Error(`Map container not found.`);if(t._leaflet_id)throw Error(`Map container is already initialized.`);G(t,`scroll`,this._onScroll,this),this._containerId=y(t)},_initLayout:function(){var e=this._container;this._fadeAnimated=this.options.fadeAnimation&&R.any3d,V(e,`leaflet-container`+(R.touch?` leaflet-touch`:``)+(R.retina?` leaflet-retina`:``)+(R.ielt9?` leaflet-oldie`:``)+(R.safari?` leaflet-safari`:``)+(this._fadeAnimated?` leaflet-fade-anim`:``));var t=un(e,`position`);t!==`absolute`&&t!==`relative`&&t!==`fixed`&&t!==`sticky`&&(e.style.position=`relative`),this._initPanes(),this._initControlPos&&this._initControlPos()},_initPanes:function(){var e=this._panes={};this._paneRenderers={},this._mapPane=this.createPane(`mapPane`,this._container),W(this._mapPane,new D(0,0)),this.createPane(`tilePane`),this.createPane(`overlayPane`),this.createPane(`shadowPane`),this.createPane(`markerPane`),this.createPane(`tooltipPane`),this.createPane(`popupPane`),this.options.markerZoomAnimation||(V(e.markerPane,`leaflet-zoom-hide`),V(e.shadowPane,`leaflet-zoom-hide`))},_resetView:function(e,t,n){W(this._mapPane,new D(0,0));var r=!this._loaded;this._loaded=!0,t=this._limitZoom(t),this.fire(`viewprereset`);var i=this._zoom!==t;this._moveStart(i,n)._move(e,t)._moveEnd(i),this.fire(`viewreset`),r&&this.fire(`load`)},_moveStart:function(e,t){return e&&this.fire(`zoomstart`),t||this.fire(`movestart`),this},_move:function(e,t,n,r){t===void 0&&(t=this._zoom);var i=this._zoom!==t;return this._zoom=t,this._lastCenter=e,this._pixelOrigin=this._getNewPixelOrigin(e),r?n&&n.pinch&&this.fire(`zoom`,n):((i||n&&n.pinch)&&this.fire(`zoom`,n),this.fire(`move`,n)),this},_moveEnd:function(e){return e&&this.fire(`zoomend`),this.fire(`moveend`)},_stop:function(){return T(this._flyToFrame),this._panAnim&&this._panAnim.stop(),this},_rawPanBy:function(e){W(this._mapPane,this._getMapPanePos().subtract(e))},_getZoomSpan:function(){return this.getMaxZoom()-this.getMinZoom()},_panInsideMaxBounds:function(){this._enforcingBounds||this.panInsideBounds(this.options.maxBounds)},_checkIfLoaded:function(){if(!this._loaded)throw Error(`Set map center and zoom first.`)},_initEvents:function(e){this._targets={},this._targets[y(this._container)]=this;var t=e?q:G;t(this._container,`click dblclick mousedown mouseup mouseover mouseout mousemove contextmenu keypress keydown keyup`,this._handleDOMEvent,this),this.options.trackResize&&t(window,`resize`,this._onResize,this),R.any3d&&this.options.transform3DLimit&&(e?this.off:this.on).call(this,`moveend`,this._onMoveEnd)},_onResize:function(){T(this._resizeRequest),this._resizeRequest=w(function(){this.invalidateSize({debounceMoveend:!0})},this)},_onScroll:function(){this._container.scrollTop=0,this._container.scrollLeft=0},_onMoveEnd:function(){var e=this._getMapPanePos();Math.max(Math.abs(e.x),Math.abs(e.y))>=this.options.transform3DLimit&&this._resetView(this.getCenter(),this.getZoom())},_findEventTargets:function(e,t){for(var n=[],r,i=t===`mouseout`||t===`mouseover`,a=e.target||e.srcElement,o=!1;a;){if(r=this._targets[y(a)],r&&(t===`click`||t===`preclick`)&&this._draggableMoved(r)){o=!0;break}if(r&&r.listens(t,!0)&&(i&&!Kn(a,e)||(n.push(r),i))||a===this._container)break;a=a.parentNode}return!n.length&&!o&&!i&&this.listens(t,!0)&&(n=[this]),n},_isClickDisabled:function(e){for(;e&&e!==this._container;){if(e._leaflet_disable_click)return!0;e=e.parentNode}},_handleDOMEvent:function(e){var t=e.target||e.srcElement;if(!(!this._loaded||t._leaflet_disable_events||e.type===`click`&&this._isClickDisabled(t))){var n=e.type;n===`mousedown`&&kn(t),this._fireDOMEvent(e,n)}},_mouseEvents:[`click`,`dblclick`,`mouseover`,`mouseout`,`contextmenu`],_fireDOMEvent:function(e,t,n){if(e.type===`click`){var r=_({},e);r.type=`preclick`,this._fireDOMEvent(r,r.type,n)}var i=this._findEventTargets(e,t);if(n){for(var a=[],o=0;o<n.length;o++)n[o].listens(t,!0)&&a.push(n[o]);i=a.concat(i)}if(i.length){t===`contextmenu`&&J(e);var s=i[0],c={originalEvent:e};if(e.type!==`keypress`&&e.type!==`keydown`&&e.type!==`keyup`){var l=s.getLatLng&&(!s._radius||s._radius<=10);c.containerPoint=l?this.latLngToContainerPoint(s.getLatLng()):this.mouseEventToContainerPoint(e),c.layerPoint=this.containerPointToLayerPoint(c.containerPoint),c.latlng=l?s.getLatLng():this.layerPointToLatLng(c.layerPoint)}for(o=0;o<i.length;o++)if(i[o].fire(t,c,!0),c.originalEvent._stopped||i[o].options.bubblingMouseEvents===!1&&Fe(this._mouseEvents,t)!==-1)return}},_draggableMoved:function(e){return e=e.dragging&&e.dragging.enabled()?e:this,e.dragging&&e.dragging.moved()||this.boxZoom&&this.boxZoom.moved()},_clearHandlers:function(){for(var e=0,t=this._handlers.length;e<t;e++)this._handlers[e].disable()},whenReady:function(e,t){return this._loaded?e.call(t||this,{target:this}):this.on(`load`,e,t),this},_getMapPanePos:function(){return bn(this._mapPane)||new D(0,0)},_moved:function(){var e=this._getMapPanePos();return e&&!e.equals([0,0])},_getTopLeftPoint:function(e,t){return(e&&t!==void 0?this._getNewPixelOrigin(e,t):this.getPixelOrigin()).subtract(this._getMapPanePos())},_getNewPixelOrigin:function(e,t){var n=this.getSize()._divideBy(2);return this.project(e,t)._subtract(n)._add(this._getMapPanePos())._round()},_latLngToNewLayerPoint:function(e,t,n){var r=this._getNewPixelOrigin(n,t);return this.project(e,t)._subtract(r)},_latLngBoundsToNewLayerBounds:function(e,t,n){var r=this._getNewPixelOrigin(n,t);return A([this.project(e.getSouthWest(),t)._subtract(r),this.project(e.getNorthWest(),t)._subtract(r),this.project(e.getSouthEast(),t)._subtract(r),this.project(e.getNorthEast(),t)._subtract(r)])},_getCenterLayerPoint:function(){return this.containerPointToLayerPoint(this.getSize()._divideBy(2))},_getCenterOffset:function(e){return this.latLngToLayerPoint(e).subtract(this._getCenterLayerPoint())},_limitCenter:function(e,t,n){if(!n)return e;var r=this.project(e,t),i=this.getSize().divideBy(2),a=new k(r.subtract(i),r.add(i)),o=this._getBoundsOffset(a,n,t);return Math.abs(o.x)<=1&&Math.abs(o.y)<=1?e:this.unproject(r.add(o),t)},_limitOffset:function(e,t){if(!t)return e;var n=this.getPixelBounds(),r=new k(n.min.add(e),n.max.add(e));return e.add(this._getBoundsOffset(r,t))},_getBoundsOffset:function(e,t,n){var r=A(this.project(t.getNorthEast(),n),this.project(t.getSouthWest(),n)),i=r.min.subtract(e.min),a=r.max.subtract(e.max);return new D(this._rebound(i.x,-a.x),this._rebound(i.y,-a.y))},_rebound:function(e,t){return e+t>0?Math.round(e-t)/2:Math.max(0,Math.ceil(e))-Math.max(0,Math.floor(t))},_limitZoom:function(e){var t=this.getMinZoom(),n=this.getMaxZoom(),r=R.any3d?this.options.zoomSnap:1;return r&&(e=Math.round(e/r)*r),Math.max(t,Math.min(n,e))},_onPanTransitionStep:function(){this.fire(`move`)},_onPanTransitionEnd:function(){H(this._mapPane,`leaflet-pan-anim`),this.fire(`moveend`)},_tryAnimatedPan:function(e,t){var n=this._getCenterOffset(e)._trunc();return(t&&t.animate)!==!0&&!this.getSize().contains(n)?!1:(this.panBy(n,t),!0)},_createAnimProxy:function(){var e=this._proxy=z(`div`,`leaflet-proxy leaflet-zoom-animated`);this._panes.mapPane.appendChild(e),this.on(`zoomanim`,function(e){var t=on,n=this._proxy.style[t];yn(this._proxy,this.project(e.center,e.zoom),this.getZoomScale(e.zoom,1)),n===this._proxy.style[t]&&this._animatingZoom&&this._onZoomTransitionEnd()},this),this.on(`load moveend`,this._animMoveEnd,this),this._on(`unload`,this._destroyAnimProxy,this)},_destroyAnimProxy:function(){B(this._proxy),this.off(`load moveend`,this._animMoveEnd,this),delete this._proxy},_animMoveEnd:function(){var e=this.getCenter(),t=this.getZoom();yn(this._proxy,this.project(e,t),this.getZoomScale(t,1))},_catchTransitionEnd:function(e){this._animatingZoom&&e.propertyName.indexOf(`transform`)>=0&&this._onZoomTransitionEnd()},_nothingToAnimate:function(){return!this._container.getElementsByClassName(`leaflet-zoom-animated`).length},_tryAnimatedZoom:function(e,t,n){if(this._animatingZoom)return!0;if(n||={},!this._zoomAnimated||n.animate===!1||this._nothingToAnimate()||Math.abs(t-this._zoom)>this.options.zoomAnimationThreshold)return!1;var r=this.getZoomScale(t),i=this._getCenterOffset(e)._divideBy(1-1/r);return n.animate!==!0&&!this.getSize().contains(i)?!1:(w(function(){this._moveStart(!0,n.noMoveStart||!1)._animateZoom(e,t,!0)},this),!0)},_animateZoom:function(e,t,n,r){this._mapPane&&(n&&(this._animatingZoom=!0,this._animateToCenter=e,this._animateToZoom=t,V(this._mapPane,`leaflet-zoom-anim`)),this.fire(`zoomanim`,{center:e,zoom:t,noUpdate:r}),this._tempFireZoomEvent||=this._zoom!==this._animateToZoom,this._move(this._animateToCenter,this._animateToZoom,void 0,!0),setTimeout(v(this._onZoomTransitionEnd,this),250))},_onZoomTransitionEnd:function(){this._animatingZoom&&(this._mapPane&&H(this._mapPane,`leaflet-zoom-anim`),this._animatingZoom=!1,this._move(this._animateToCenter,this._animateToZoom,void 0,!0),this._tempFireZoomEvent&&this.fire(`zoom`),delete this._tempFireZoomEvent,this.fire(`move`),this._moveEnd(!0))}}),X=Ue.extend({options:{position:`topright`},initialize:function(e){S(this,e)},getPosition:function(){return this.options.position},setPosition:function(e){var t=this._map;return t&&t.removeControl(this),this.options.position=e,t&&t.addControl(this),this},getContainer:function(){return this._container},addTo:function(e){this.remove(),this._map=e;var t=this._container=this.onAdd(e),n=this.getPosition(),r=e._controlCorners[n];return V(t,`leaflet-control`),n.indexOf(`bottom`)===-1?r.appendChild(t):r.insertBefore(t,r.firstChild),this._map.on(`unload`,this.remove,this),this},remove:function(){return this._map&&=(B(this._container),this.onRemove&&this.onRemove(this._map),this._map.off(`unload`,this.remove,this),null),this},_refocusOnMap:function(e){this._map&&e&&e.screenX>0&&e.screenY>0&&this._map.getContainer().focus()}});Y.include({addControl:function(e){return e.addTo(this),this},removeControl:function(e){return e.remove(),this},_initControlPos:function(){var e=this._controlCorners={},t=`leaflet-`,n=this._controlContainer=z(`div`,t+`control-container`,this._container);function r(r,i){var a=t+r+` `+t+i;e[r+i]=z(`div`,a,n)}r(`top`,`left`),r(`top`,`right`),r(`bottom`,`left`),r(`bottom`,`right`)},_clearControlPos:function(){for(var e in this._controlCorners)B(this._controlCorners[e]);B(this._controlContainer),delete this._controlCorners,delete this._controlContainer}});var Jn=X.extend({options:{collapsed:!0,position:`topright`,autoZIndex:!0,hideSingleBase:!1,sortLayers:!1,sortFunction:function(e,t,n,r){return n<r?-1:+(r<n)}},initialize:function(e,t,n){for(var r in S(this,n),this._layerControlInputs=[],this._layers=[],this._lastZIndex=0,this._handlingClick=!1,this._preventClick=!1,e)this._addLayer(e[r],r);for(r in t)this._addLayer(t[r],r,!0)},onAdd:function(e){this._initLayout(),this._update(),this._map=e,e.on(`zoomend`,this._checkDisabledLayers,this);for(var t=0;t<this._layers.length;t++)this._layers[t].layer.on(`add remove`,this._onLayerChange,this);return this._container},addTo:function(e){return X.prototype.addTo.call(this,e),this._expandIfNotCollapsed()},onRemove:function(){this._map.off(`zoomend`,this._checkDisabledLayers,this);for(var e=0;e<this._layers.length;e++)this._layers[e].layer.off(`add remove`,this._onLayerChange,this)},addBaseLayer:function(e,t){return this._addLayer(e,t),this._map?this._update():this},addOverlay:function(e,t){return this._addLayer(e,t,!0),this._map?this._update():this},removeLayer:function(e){e.off(`add remove`,this._onLayerChange,this);var t=this._getLayer(y(e));return t&&this._layers.splice(this._layers.indexOf(t),1),this._map?this._update():this},expand:function(){V(this._container,`leaflet-control-layers-expanded`),this._section.style.height=null;var e=this._map.getSize().y-(this._container.offsetTop+50);return e<this._section.clientHeight?(V(this._section,`leaflet-control-layers-scrollbar`),this._section.style.height=e+`px`):H(this._section,`leaflet-control-layers-scrollbar`),this._checkDisabledLayers(),this},collapse:function(){return H(this._container,`leaflet-control-layers-expanded`),this},_initLayout:function(){var e=`leaflet-control-layers`,t=this._container=z(`div`,e),n=this.options.collapsed;t.setAttribute(`aria-haspopup`,!0),Bn(t),zn(t);var r=this._section=z(`section`,e+`-list`);n&&(this._map.on(`click`,this.collapse,this),G(t,{mouseenter:this._expandSafely,mouseleave:this.collapse},this));var i=this._layersLink=z(`a`,e+`-toggle`,t);i.href=`#`,i.title=`Layers`,i.setAttribute(`role`,`button`),G(i,{keydown:function(e){e.keyCode===13&&this._expandSafely()},click:function(e){J(e),this._expandSafely()}},this),n||this.expand(),this._baseLayersList=z(`div`,e+`-base`,r),this._separator=z(`div`,e+`-separator`,r),this._overlaysList=z(`div`,e+`-overlays`,r),t.appendChild(r)},_getLayer:function(e){for(var t=0;t<this._layers.length;t++)if(this._layers[t]&&y(this._layers[t].layer)===e)return this._layers[t]},_addLayer:function(e,t,n){this._map&&e.on(`add remove`,this._onLayerChange,this),this._layers.push({layer:e,name:t,overlay:n}),this.options.sortLayers&&this._layers.sort(v(function(e,t){return this.options.sortFunction(e.layer,t.layer,e.name,t.name)},this)),this.options.autoZIndex&&e.setZIndex&&(this._lastZIndex++,e.setZIndex(this._lastZIndex)),this._expandIfNotCollapsed()},_update:function(){if(!this._container)return this;dn(this._baseLayersList),dn(this._overlaysList),this._layerControlInputs=[];var e,t,n,r,i=0;for(n=0;n<this._layers.length;n++)r=this._layers[n],this._addItem(r),t||=r.overlay,e||=!r.overlay,i+=+!r.overlay;return this.options.hideSingleBase&&(e&&=i>1,this._baseLayersList.style.display=e?``:`none`),this._separator.style.display=t&&e?``:`none`,this},_onLayerChange:function(e){this._handlingClick||this._update();var t=this._getLayer(y(e.target)),n=t.overlay?e.type===`add`?`overlayadd`:`overlayremove`:e.type===`add`?`baselayerchange`:null;n&&this._map.fire(n,t)},_createRadioElement:function(e,t){var n=`<input type="radio" class="leaflet-control-layers-selector" name="`+e+`"`+(t?` checked="checked"`:``)+`/>`,r=document.createElement(`div`);return r.innerHTML=n,r.firstChild},_addItem:function(e){var t=document.createElement(`label`),n=this._map.hasLayer(e.layer),r;e.overlay?(r=document.createElement(`input`),r.type=`checkbox`,r.className=`leaflet-control-layers-selector`,r.defaultChecked=n):r=this._createRadioElement(`leaflet-base-layers_`+y(this),n),this._layerControlInputs.push(r),r.layerId=y(e.layer),G(r,`click`,this._onInputClick,this);var i=document.createElement(`span`);i.innerHTML=` `+e.name;var a=document.createElement(`span`);return t.appendChild(a),a.appendChild(r),a.appendChild(i),(e.overlay?this._overlaysList:this._baseLayersList).appendChild(t),this._checkDisabledLayers(),t},_onInputClick:function(){if(!this._preventClick){var e=this._layerControlInputs,t,n,r=[],i=[];this._handlingClick=!0;for(var a=e.length-1;a>=0;a--)t=e[a],n=this._getLayer(t.layerId).layer,t.checked?r.push(n):t.checked||i.push(n);for(a=0;a<i.length;a++)this._map.hasLayer(i[a])&&this._map.removeLayer(i[a]);for(a=0;a<r.length;a++)this._map.hasLayer(r[a])||this._map.addLayer(r[a]);this._handlingClick=!1,this._refocusOnMap()}},_checkDisabledLayers:function(){for(var e=this._layerControlInputs,t,n,r=this._map.getZoom(),i=e.length-1;i>=0;i--)t=e[i],n=this._getLayer(t.layerId).layer,t.disabled=n.options.minZoom!==void 0&&r<n.options.minZoom||n.options.maxZoom!==void 0&&r>n.options.maxZoom},_expandIfNotCollapsed:function(){return this._map&&!this.options.collapsed&&this.expand(),this},_expandSafely:function(){var e=this._section;this._preventClick=!0,G(e,`click`,J),this.expand();var t=this;setTimeout(function(){q(e,`click`,J),t._preventClick=!1})}}),Yn=X.extend({options:{position:`topleft`,zoomInText:`<span aria-hidden="true">+</span>`,zoomInTitle:`Zoom in`,zoomOutText:`<span aria-hidden="true">&#x2212;</span>`,zoomOutTitle:`Zoom out`},onAdd:function(e){var t=`leaflet-control-zoom`,n=z(`div`,t+` leaflet-bar`),r=this.options;return this._zoomInButton=this._createButton(r.zoomInText,r.zoomInTitle,t+`-in`,n,this._zoomIn),this._zoomOutButton=this._createButton(r.zoomOutText,r.zoomOutTitle,t+`-out`,n,this._zoomOut),this._updateDisabled(),e.on(`zoomend zoomlevelschange`,this._updateDisabled,this),n},onRemove:function(e){e.off(`zoomend zoomlevelschange`,this._updateDisabled,this)},disable:function(){return this._disabled=!0,this._updateDisabled(),this},enable:function(){return this._disabled=!1,this._updateDisabled(),this},_zoomIn:function(e){!this._disabled&&this._map._zoom<this._map.getMaxZoom()&&this._map.zoomIn(this._map.options.zoomDelta*(e.shiftKey?3:1))},_zoomOut:function(e){!this._disabled&&this._map._zoom>this._map.getMinZoom()&&this._map.zoomOut(this._map.options.zoomDelta*(e.shiftKey?3:1))},_createButton:function(e,t,n,r,i){var a=z(`a`,n,r);return a.innerHTML=e,a.href=`#`,a.title=t,a.setAttribute(`role`,`button`),a.setAttribute(`aria-label`,t),Bn(a),G(a,`click`,Vn),G(a,`click`,i,this),G(a,`click`,this._refocusOnMap,this),a},_updateDisabled:function(){var e=this._map,t=`leaflet-disabled`;H(this._zoomInButton,t),H(this._zoomOutButton,t),this._zoomInButton.setAttribute(`aria-disabled`,`false`),this._zoomOutButton.setAttribute(`aria-disabled`,`false`),(this._disabled||e._zoom===e.getMinZoom())&&(V(this._zoomOutButton,t),this._zoomOutButton.setAttribute(`aria-disabled`,`true`)),(this._disabled||e._zoom===e.getMaxZoom())&&(V(this._zoomInButton,t),this._zoomInButton.setAttribute(`aria-disabled`,`true`))}});Y.mergeOptions({zoomControl:!0}),Y.addInitHook(function(){this.options.zoomControl&&(this.zoomControl=new Yn,this.addControl(this.zoomControl))});var Xn=X.extend({options:{position:`bottomleft`,maxWidth:100,metric:!0,imperial:!0},onAdd:function(e){var t=`leaflet-control-scale`,n=z(`div`,t),r=this.options;return this._addScales(r,t+`-line`,n),e.on(r.updateWhenIdle?`moveend`:`move`,this._update,this),e.whenReady(this._update,this),n},onRemove:function(e){e.off(this.options.updateWhenIdle?`moveend`:`move`,this._update,this)},_addScales:function(e,t,n){e.metric&&(this._mScale=z(`div`,t,n)),e.imperial&&(this._iScale=z(`div`,t,n))},_update:function(){var e=this._map,t=e.getSize().y/2,n=e.distance(e.containerPointToLatLng([0,t]),e.containerPointToLatLng([this.options.maxWidth,t]));this._updateScales(n)},_updateScales:function(e){this.options.metric&&e&&this._updateMetric(e),this.options.imperial&&e&&this._updateImperial(e)},_updateMetric:function(e){var t=this._getRoundNum(e),n=t<1e3?t+` m`:t/1e3+` km`;this._updateScale(this._mScale,n,t/e)},_updateImperial:function(e){var t=e*3.2808399,n,r,i;t>5280?(n=t/5280,r=this._getRoundNum(n),this._updateScale(this._iScale,r+` mi`,r/n)):(i=this._getRoundNum(t),this._updateScale(this._iScale,i+` ft`,i/t))},_updateScale:function(e,t,n){e.style.width=Math.round(this.options.maxWidth*n)+`px`,e.innerHTML=t},_getRoundNum:function(e){var t=10**((Math.floor(e)+``).length-1),n=e/t;return n=n>=10?10:n>=5?5:n>=3?3:n>=2?2:1,t*n}}),Zn=X.extend({options:{position:`bottomright`,prefix:`<a href="https://leafletjs.com" title="A JavaScript library for interactive maps">`+(R.inlineSvg?`<svg aria-hidden="true" xmlns="http://www.w3.org/2000/svg" width="12" height="8" viewBox="0 0 12 8" class="leaflet-attribution-flag"><path fill="#4C7BE1" d="M0 0h12v4H0z"/><path fill="#FFD500" d="M0 4h12v3H0z"/><path fill="#E0BC00" d="M0 7h12v1H0z"/></svg> `:``)+`Leaflet</a>`},initialize:function(e){S(this,e),this._attributions={}},onAdd:function(e){for(var t in e.attributionControl=this,this._container=z(`div`,`leaflet-control-attribution`),Bn(this._container),e._layers)e._layers[t].getAttribution&&this.addAttribution(e._layers[t].getAttribution());return this._update(),e.on(`layeradd`,this._addAttribution,this),this._container},onRemove:function(e){e.off(`layeradd`,this._addAttribution,this)},_addAttribution:function(e){e.layer.getAttribution&&(this.addAttribution(e.layer.getAttribution()),e.layer.once(`remove`,function(){this.removeAttribution(e.layer.getAttribution())},this))},setPrefix:function(e){return this.options.prefix=e,this._update(),this},addAttribution:function(e){return e&&(this._attributions[e]||(this._attributions[e]=0),this._attributions[e]++,this._update()),this},removeAttribution:function(e){return e&&this._attributions[e]&&(this._attributions[e]--,this._update()),this},_update:function(){if(this._map){var e=[];for(var t in this._attributions)this._attributions[t]&&e.push(t);var n=[];this.options.prefix&&n.push(this.options.prefix),e.length&&n.push(e.join(`, `)),this._container.innerHTML=n.join(` <span aria-hidden="true">|</span> `)}}});Y.mergeOptions({attributionControl:!0}),Y.addInitHook(function(){this.options.attributionControl&&new Zn().addTo(this)}),X.Layers=Jn,X.Zoom=Yn,X.Scale=Xn,X.Attribution=Zn;var Qn=Ue.extend({initialize:function(e){this._map=e},enable:function(){return this._enabled||(this._enabled=!0,this.addHooks()),this},disable:function(){return this._enabled&&(this._enabled=!1,this.removeHooks()),this},enabled:function(){return!!this._enabled}});Qn.addTo=function(e,t){return e.addHandler(t,this),this};var $n=R.touch?`touchstart mousedown`:`mousedown`,er=Ge.extend({options:{clickTolerance:3},initialize:function(e,t,n,r){S(this,r),this._element=e,this._dragStartTarget=t||e,this._preventOutline=n},enable:function(){this._enabled||=(G(this._dragStartTarget,$n,this._onDown,this),!0)},disable:function(){this._enabled&&(er._dragging===this&&this.finishDrag(!0),q(this._dragStartTarget,$n,this._onDown,this),this._enabled=!1,this._moved=!1)},_onDown:function(e){if(this._enabled&&(this._moved=!1,!mn(this._element,`leaflet-zoom-anim`))){if(e.touches&&e.touches.length!==1)er._dragging===this&&this.finishDrag();else if(!(er._dragging||e.shiftKey||e.which!==1&&e.button!==1&&!e.touches)&&(er._dragging=this,this._preventOutline&&kn(this._element),Tn(),xn(),!this._moving)){this.fire(`down`);var t=e.touches?e.touches[0]:e,n=jn(this._element);this._startPoint=new D(t.clientX,t.clientY),this._startPos=bn(this._element),this._parentScale=Mn(n);var r=e.type===`mousedown`;G(document,r?`mousemove`:`touchmove`,this._onMove,this),G(document,r?`mouseup`:`touchend touchcancel`,this._onUp,this)}}},_onMove:function(e){if(this._enabled){if(e.touches&&e.touches.length>1)this._moved=!0;else{var t=e.touches&&e.touches.length===1?e.touches[0]:e,n=new D(t.clientX,t.clientY)._subtract(this._startPoint);(n.x||n.y)&&(Math.abs(n.x)+Math.abs(n.y)<this.options.clickTolerance||(n.x/=this._parentScale.x,n.y/=this._parentScale.y,J(e),this._moved||(this.fire(`dragstart`),this._moved=!0,V(document.body,`leaflet-dragging`),this._lastTarget=e.target||e.srcElement,window.SVGElementInstance&&this._lastTarget instanceof window.SVGElementInstance&&(this._lastTarget=this._lastTarget.correspondingUseElement),V(this._lastTarget,`leaflet-drag-target`)),this._newPos=this._startPos.add(n),this._moving=!0,this._lastEvent=e,this._updatePosition()))}}},_updatePosition:function(){var e={originalEvent:this._lastEvent};this.fire(`predrag`,e),W(this._element,this._newPos),this.fire(`drag`,e)},_onUp:function(){this._enabled&&this.finishDrag()},finishDrag:function(e){H(document.body,`leaflet-dragging`),this._lastTarget&&=(H(this._lastTarget,`leaflet-drag-target`),null),q(document,`mousemove touchmove`,this._onMove,this),q(document,`mouseup touchend touchcancel`,this._onUp,this),En(),Sn();var t=this._moved&&this._moving;this._moving=!1,er._dragging=!1,t&&this.fire(`dragend`,{noInertia:e,distance:this._newPos.distanceTo(this._startPos)})}});function tr(e,t,n){for(var r,i=[1,4,2,8],a=0,o,s,c,l,u=e.length,d,f;a<u;a++)e[a]._code=fr(e[a],t);for(s=0;s<4;s++){for(d=i[s],r=[],a=0,u=e.length,o=u-1;a<u;o=a++)c=e[a],l=e[o],c._code&d?l._code&d||(f=dr(l,c,d,t,n),f._code=fr(f,t),r.push(f)):(l._code&d&&(f=dr(l,c,d,t,n),f._code=fr(f,t),r.push(f)),r.push(c));e=r}return e}function nr(e,t){var n,r,i,a,o,s,c,l,u;if(!e||e.length===0)throw Error(`latlngs not passed`);Z(e)||(console.warn(`latlngs are not flat! Only the first ring will be used`),e=e[0]);var d=P([0,0]),f=M(e);f.getNorthWest().distanceTo(f.getSouthWest())*f.getNorthEast().distanceTo(f.getNorthWest())<1700&&(d=rr(e));var p=e.length,m=[];for(n=0;n<p;n++){var h=P(e[n]);m.push(t.project(P([h.lat-d.lat,h.lng-d.lng])))}for(s=c=l=0,n=0,r=p-1;n<p;r=n++)i=m[n],a=m[r],o=i.y*a.x-a.y*i.x,c+=(i.x+a.x)*o,l+=(i.y+a.y)*o,s+=o*3;u=s===0?m[0]:[c/s,l/s];var g=t.unproject(O(u));return P([g.lat+d.lat,g.lng+d.lng])}function rr(e){for(var t=0,n=0,r=0,i=0;i<e.length;i++){var a=P(e[i]);t+=a.lat,n+=a.lng,r++}return P([t/r,n/r])}function ir(e,t){if(!t||!e.length)return e.slice();var n=t*t;return e=cr(e,n),e=or(e,n),e}function ar(e,t,n){return Math.sqrt(mr(e,t,n,!0))}function or(e,t){var n=e.length,r=new(typeof Uint8Array<`u`?Uint8Array:Array)(n);r[0]=r[n-1]=1,sr(e,r,t,0,n-1);var i,a=[];for(i=0;i<n;i++)r[i]&&a.push(e[i]);return a}function sr(e,t,n,r,i){for(var a=0,o,s=r+1,c;s<=i-1;s++)c=mr(e[s],e[r],e[i],!0),c>a&&(o=s,a=c);a>n&&(t[o]=1,sr(e,t,n,r,o),sr(e,t,n,o,i))}function cr(e,t){for(var n=[e[0]],r=1,i=0,a=e.length;r<a;r++)pr(e[r],e[i])>t&&(n.push(e[r]),i=r);return i<a-1&&n.push(e[a-1]),n}var lr;function ur(e,t,n,r,i){var a=r?lr:fr(e,n),o=fr(t,n),s,c,l;for(lr=o;;){if(!(a|o))return[e,t];if(a&o)return!1;s=a||o,c=dr(e,t,s,n,i),l=fr(c,n),s===a?(e=c,a=l):(t=c,o=l)}}function dr(e,t,n,r,i){var a=t.x-e.x,o=t.y-e.y,s=r.min,c=r.max,l,u;return n&8?(l=e.x+a*(c.y-e.y)/o,u=c.y):n&4?(l=e.x+a*(s.y-e.y)/o,u=s.y):n&2?(l=c.x,u=e.y+o*(c.x-e.x)/a):n&1&&(l=s.x,u=e.y+o*(s.x-e.x)/a),new D(l,u,i)}function fr(e,t){var n=0;return e.x<t.min.x?n|=1:e.x>t.max.x&&(n|=2),e.y<t.min.y?n|=4:e.y>t.max.y&&(n|=8),n}function pr(e,t){var n=t.x-e.x,r=t.y-e.y;return n*n+r*r}function mr(e,t,n,r){var i=t.x,a=t.y,o=n.x-i,s=n.y-a,c=o*o+s*s,l;return c>0&&(l=((e.x-i)*o+(e.y-a)*s)/c,l>1?(i=n.x,a=n.y):l>0&&(i+=o*l,a+=s*l)),o=e.x-i,s=e.y-a,r?o*o+s*s:new D(i,a)}function Z(e){return!C(e[0])||typeof e[0][0]!=`object`&&e[0][0]!==void 0}function hr(e){return console.warn(`Deprecated use of _flat, please use L.LineUtil.isFlat instead.`),Z(e)}function gr(e,t){var n,r,i,a,o,s,c,l;if(!e||e.length===0)throw Error(`latlngs not passed`);Z(e)||(console.warn(`latlngs are not flat! Only the first ring will be used`),e=e[0]);var u=P([0,0]),d=M(e);d.getNorthWest().distanceTo(d.getSouthWest())*d.getNorthEast().distanceTo(d.getNorthWest())<1700&&(u=rr(e));var f=e.length,p=[];for(n=0;n<f;n++){var m=P(e[n]);p.push(t.project(P([m.lat-u.lat,m.lng-u.lng])))}for(n=0,r=0;n<f-1;n++)r+=p[n].distanceTo(p[n+1])/2;if(r===0)l=p[0];else for(n=0,a=0;n<f-1;n++)if(o=p[n],s=p[n+1],i=o.distanceTo(s),a+=i,a>r){c=(a-r)/i,l=[s.x-c*(s.x-o.x),s.y-c*(s.y-o.y)];break}var h=t.unproject(O(l));return P([h.lat+u.lat,h.lng+u.lng])}var _r={project:function(e){return new D(e.lng,e.lat)},unproject:function(e){return new N(e.y,e.x)},bounds:new k([-180,-90],[180,90])},vr={R:6378137,R_MINOR:6356752.314245179,bounds:new k([-20037508.34279,-15496570.73972],[20037508.34279,18764656.23138]),project:function(e){var t=Math.PI/180,n=this.R,r=e.lat*t,i=this.R_MINOR/n,a=Math.sqrt(1-i*i),o=a*Math.sin(r),s=Math.tan(Math.PI/4-r/2)/((1-o)/(1+o))**(a/2);return r=-n*Math.log(Math.max(s,1e-10)),new D(e.lng*t*n,r)},unproject:function(e){for(var t=180/Math.PI,n=this.R,r=this.R_MINOR/n,i=Math.sqrt(1-r*r),a=Math.exp(-e.y/n),o=Math.PI/2-2*Math.atan(a),s=0,c=.1,l;s<15&&Math.abs(c)>1e-7;s++)l=i*Math.sin(o),l=((1-l)/(1+l))**(i/2),c=Math.PI/2-2*Math.atan(a*l)-o,o+=c;return new N(o*t,e.x*t/n)}},yr=_({},qe,{code:`EPSG:3395`,projection:vr,transformation:function(){var e=.5/(Math.PI*vr.R);return Ze(e,.5,-e,.5)}()}),br=_({},qe,{code:`EPSG:4326`,projection:_r,transformation:Ze(1/180,1,-1/180,.5)}),xr=_({},F,{projection:_r,transformation:Ze(1,0,-1,0),scale:function(e){return 2**e},zoom:function(e){return Math.log(e)/Math.LN2},distance:function(e,t){var n=t.lng-e.lng,r=t.lat-e.lat;return Math.sqrt(n*n+r*r)},infinite:!0});F.Earth=qe,F.EPSG3395=yr,F.EPSG3857=Qe,F.EPSG900913=$e,F.EPSG4326=br,F.Simple=xr;var Q=Ge.extend({options:{pane:`overlayPane`,attribution:null,bubblingMouseEvents:!0},addTo:function(e){return e.addLayer(this),this},remove:function(){return this.removeFrom(this._map||this._mapToAdd)},removeFrom:function(e){return e&&e.removeLayer(this),this},getPane:function(e){return this._map.getPane(e?this.options[e]||e:this.options.pane)},addInteractiveTarget:function(e){return this._map._targets[y(e)]=this,this},removeInteractiveTarget:function(e){return delete this._map._targets[y(e)],this},getAttribution:function(){return this.options.attribution},_layerAdd:function(e){var t=e.target;if(t.hasLayer(this)){if(this._map=t,this._zoomAnimated=t._zoomAnimated,this.getEvents){var n=this.getEvents();t.on(n,this),this.once(`remove`,function(){t.off(n,this)},this)}this.onAdd(t),this.fire(`add`),t.fire(`layeradd`,{layer:this})}}});Y.include({addLayer:function(e){if(!e._layerAdd)throw Error(`The provided object is not a Layer.`);var t=y(e);return this._layers[t]||(this._layers[t]=e,e._mapToAdd=this,e.beforeAdd&&e.beforeAdd(this),this.whenReady(e._layerAdd,e)),this},removeLayer:function(e){var t=y(e);return this._layers[t]&&(this._loaded&&e.onRemove(this),delete this._layers[t],this._loaded&&(this.fire(`layerremove`,{layer:e}),e.fire(`remove`)),e._map=e._mapToAdd=null),this},hasLayer:function(e){return y(e)in this._layers},eachLayer:function(e,t){for(var n in this._layers)e.call(t,this._layers[n]);return this},_addLayers:function(e){e=e?C(e)?e:[e]:[];for(var t=0,n=e.length;t<n;t++)this.addLayer(e[t])},_addZoomLimit:function(e){isNaN(e.options.maxZoom)&&isNaN(e.options.minZoom)||(this._zoomBoundLayers[y(e)]=e,this._updateZoomLevels())},_removeZoomLimit:function(e){var t=y(e);this._zoomBoundLayers[t]&&(delete this._zoomBoundLayers[t],this._updateZoomLevels())},_updateZoomLevels:function(){var e=1/0,t=-1/0,n=this._getZoomSpan();for(var r in this._zoomBoundLayers){var i=this._zoomBoundLayers[r].options;e=i.minZoom===void 0?e:Math.min(e,i.minZoom),t=i.maxZoom===void 0?t:Math.max(t,i.maxZoom)}this._layersMaxZoom=t===-1/0?void 0:t,this._layersMinZoom=e===1/0?void 0:e,n!==this._getZoomSpan()&&this.fire(`zoomlevelschange`),this.options.maxZoom===void 0&&this._layersMaxZoom&&this.getZoom()>this._layersMaxZoom&&this.setZoom(this._layersMaxZoom),this.options.minZoom===void 0&&this._layersMinZoom&&this.getZoom()<this._layersMinZoom&&this.setZoom(this._layersMinZoom)}});var Sr=Q.extend({initialize:function(e,t){S(this,t),this._layers={};var n,r;if(e)for(n=0,r=e.length;n<r;n++)this.addLayer(e[n])},addLayer:function(e){var t=this.getLayerId(e);return this._layers[t]=e,this._map&&this._map.addLayer(e),this},removeLayer:function(e){var t=e in this._layers?e:this.getLayerId(e);return this._map&&this._layers[t]&&this._map.removeLayer(this._layers[t]),delete this._layers[t],this},hasLayer:function(e){return(typeof e==`number`?e:this.getLayerId(e))in this._layers},clearLayers:function(){return this.eachLayer(this.removeLayer,this)},invoke:function(e){var t=Array.prototype.slice.call(arguments,1),n,r;for(n in this._layers)r=this._layers[n],r[e]&&r[e].apply(r,t);return this},onAdd:function(e){this.eachLayer(e.addLayer,e)},onRemove:function(e){this.eachLayer(e.removeLayer,e)},eachLayer:function(e,t){for(var n in this._layers)e.call(t,this._layers[n]);return this},getLayer:function(e){return this._layers[e]},getLayers:function(){var e=[];return this.eachLayer(e.push,e),e},setZIndex:function(e){return this.invoke(`setZIndex`,e)},getLayerId:function(e){return y(e)}}),Cr=Sr.extend({addLayer:function(e){return this.hasLayer(e)?this:(e.addEventParent(this),Sr.prototype.addLayer.call(this,e),this.fire(`layeradd`,{layer:e}))},removeLayer:function(e){return this.hasLayer(e)?(e in this._layers&&(e=this._layers[e]),e.removeEventParent(this),Sr.prototype.removeLayer.call(this,e),this.fire(`layerremove`,{layer:e})):this},setStyle:function(e){return this.invoke(`setStyle`,e)},bringToFront:function(){return this.invoke(`bringToFront`)},bringToBack:function(){return this.invoke(`bringToBack`)},getBounds:function(){var e=new j;for(var t in this._layers){var n=this._layers[t];e.extend(n.getBounds?n.getBounds():n.getLatLng())}return e}}),wr=Ue.extend({options:{popupAnchor:[0,0],tooltipAnchor:[0,0],crossOrigin:!1},initialize:function(e){S(this,e)},createIcon:function(e){return this._createIcon(`icon`,e)},createShadow:function(e){return this._createIcon(`shadow`,e)},_createIcon:function(e,t){var n=this._getIconUrl(e);if(!n){if(e===`icon`)throw Error(`iconUrl not set in Icon options (see the docs).`);return null}var r=this._createImg(n,t&&t.tagName===`IMG`?t:null);return this._setIconStyles(r,e),(this.options.crossOrigin||this.options.crossOrigin===``)&&(r.crossOrigin=this.options.crossOrigin===!0?``:this.options.crossOrigin),r},_setIconStyles:function(e,t){var n=this.options,r=n[t+`Size`];typeof r==`number`&&(r=[r,r]);var i=O(r),a=O(t===`shadow`&&n.shadowAnchor||n.iconAnchor||i&&i.divideBy(2,!0));e.className=`leaflet-marker-`+t+` `+(n.className||``),a&&(e.style.marginLeft=-a.x+`px`,e.style.marginTop=-a.y+`px`),i&&(e.style.width=i.x+`px`,e.style.height=i.y+`px`)},_createImg:function(e,t){return t||=document.createElement(`img`),t.src=e,t},_getIconUrl:function(e){return R.retina&&this.options[e+`RetinaUrl`]||this.options[e+`Url`]}}),Tr=wr.extend({options:{iconUrl:`marker-icon.png`,iconRetinaUrl:`marker-icon-2x.png`,shadowUrl:`marker-shadow.png`,iconSize:[25,41],iconAnchor:[12,41],popupAnchor:[1,-34],tooltipAnchor:[16,-28],shadowSize:[41,41]},_getIconUrl:function(e){return typeof Tr.imagePath!=`string`&&(Tr.imagePath=this._detectIconPath()),(this.options.imagePath||Tr.imagePath)+wr.prototype._getIconUrl.call(this,e)},_stripUrl:function(e){var t=function(e,t,n){var r=t.exec(e);return r&&r[n]};return e=t(e,/^url\((['"])?(.+)\1\)$/,2),e&&t(e,/^(.*)marker-icon\.png$/,1)},_detectIconPath:function(){var e=z(`div`,`leaflet-default-icon-path`,document.body),t=un(e,`background-image`)||un(e,`backgroundImage`);if(document.body.removeChild(e),t=this._stripUrl(t),t)return t;var n=document.querySelector(`link[href$="leaflet.css"]`);return n?n.href.substring(0,n.href.length-11-1):``}}),Er=Qn.extend({initialize:function(e){this._marker=e},addHooks:function(){var e=this._marker._icon;this._draggable||=new er(e,e,!0),this._draggable.on({dragstart:this._onDragStart,predrag:this._onPreDrag,drag:this._onDrag,dragend:this._onDragEnd},this).enable(),V(e,`leaflet-marker-draggable`)},removeHooks:function(){this._draggable.off({dragstart:this._onDragStart,predrag:this._onPreDrag,drag:this._onDrag,dragend:this._onDragEnd},this).disable(),this._marker._icon&&H(this._marker._icon,`leaflet-marker-draggable`)},moved:function(){return this._draggable&&this._draggable._moved},_adjustPan:function(e){var t=this._marker,n=t._map,r=this._marker.options.autoPanSpeed,i=this._marker.options.autoPanPadding,a=bn(t._icon),o=n.getPixelBounds(),s=n.getPixelOrigin(),c=A(o.min._subtract(s).add(i),o.max._subtract(s).subtract(i));if(!c.contains(a)){var l=O((Math.max(c.max.x,a.x)-c.max.x)/(o.max.x-c.max.x)-(Math.min(c.min.x,a.x)-c.min.x)/(o.min.x-c.min.x),(Math.max(c.max.y,a.y)-c.max.y)/(o.max.y-c.max.y)-(Math.min(c.min.y,a.y)-c.min.y)/(o.min.y-c.min.y)).multiplyBy(r);n.panBy(l,{animate:!1}),this._draggable._newPos._add(l),this._draggable._startPos._add(l),W(t._icon,this._draggable._newPos),this._onDrag(e),this._panRequest=w(this._adjustPan.bind(this,e))}},_onDragStart:function(){this._oldLatLng=this._marker.getLatLng(),this._marker.closePopup&&this._marker.closePopup(),this._marker.fire(`movestart`).fire(`dragstart`)},_onPreDrag:function(e){this._marker.options.autoPan&&(T(this._panRequest),this._panRequest=w(this._adjustPan.bind(this,e)))},_onDrag:function(e){var t=this._marker,n=t._shadow,r=bn(t._icon),i=t._map.layerPointToLatLng(r);n&&W(n,r),t._latlng=i,e.latlng=i,e.oldLatLng=this._oldLatLng,t.fire(`move`,e).fire(`drag`,e)},_onDragEnd:function(e){T(this._panRequest),delete this._oldLatLng,this._marker.fire(`moveend`).fire(`dragend`,e)}}),Dr=Q.extend({options:{icon:new Tr,interactive:!0,keyboard:!0,title:``,alt:`Marker`,zIndexOffset:0,opacity:1,riseOnHover:!1,riseOffset:250,pane:`markerPane`,shadowPane:`shadowPane`,bubblingMouseEvents:!1,autoPanOnFocus:!0,draggable:!1,autoPan:!1,autoPanPadding:[50,50],autoPanSpeed:10},initialize:function(e,t){S(this,t),this._latlng=P(e)},onAdd:function(e){this._zoomAnimated=this._zoomAnimated&&e.options.markerZoomAnimation,this._zoomAnimated&&e.on(`zoomanim`,this._animateZoom,this),this._initIcon(),this.update()},onRemove:function(e){this.dragging&&this.dragging.enabled()&&(this.options.draggable=!0,this.dragging.removeHooks()),delete this.dragging,this._zoomAnimated&&e.off(`zoomanim`,this._animateZoom,this),this._removeIcon(),this._removeShadow()},getEvents:function(){return{zoom:this.update,viewreset:this.update}},getLatLng:function(){return this._latlng},setLatLng:function(e){var t=this._latlng;return this._latlng=P(e),this.update(),this.fire(`move`,{oldLatLng:t,latlng:this._latlng})},setZIndexOffset:function(e){return this.options.zIndexOffset=e,this.update()},getIcon:function(){return this.options.icon},setIcon:function(e){return this.options.icon=e,this._map&&(this._initIcon(),this.update()),this._popup&&this.bindPopup(this._popup,this._popup.options),this},getElement:function(){return this._icon},update:function(){if(this._icon&&this._map){var e=this._map.latLngToLayerPoint(this._latlng).round();this._setPos(e)}return this},_initIcon:function(){var e=this.options,t=`leaflet-zoom-`+(this._zoomAnimated?`animated`:`hide`),n=e.icon.createIcon(this._icon),r=!1;n!==this._icon&&(this._icon&&this._removeIcon(),r=!0,e.title&&(n.title=e.title),n.tagName===`IMG`&&(n.alt=e.alt||``)),V(n,t),e.keyboard&&(n.tabIndex=`0`,n.setAttribute(`role`,`button`)),this._icon=n,e.riseOnHover&&this.on({mouseover:this._bringToFront,mouseout:this._resetZIndex}),this.options.autoPanOnFocus&&G(n,`focus`,this._panOnFocus,this);var i=e.icon.createShadow(this._shadow),a=!1;i!==this._shadow&&(this._removeShadow(),a=!0),i&&(V(i,t),i.alt=``),this._shadow=i,e.opacity<1&&this._updateOpacity(),r&&this.getPane().appendChild(this._icon),this._initInteraction(),i&&a&&this.getPane(e.shadowPane).appendChild(this._shadow)},_removeIcon:function(){this.options.riseOnHover&&this.off({mouseover:this._bringToFront,mouseout:this._resetZIndex}),this.options.autoPanOnFocus&&q(this._icon,`focus`,this._panOnFocus,this),B(this._icon),this.removeInteractiveTarget(this._icon),this._icon=null},_removeShadow:function(){this._shadow&&B(this._shadow),this._shadow=null},_setPos:function(e){this._icon&&W(this._icon,e),this._shadow&&W(this._shadow,e),this._zIndex=e.y+this.options.zIndexOffset,this._resetZIndex()},_updateZIndex:function(e){this._icon&&(this._icon.style.zIndex=this._zIndex+e)},_animateZoom:function(e){var t=this._map._latLngToNewLayerPoint(this._latlng,e.zoom,e.center).round();this._setPos(t)},_initInteraction:function(){if(this.options.interactive&&(V(this._icon,`leaflet-interactive`),this.addInteractiveTarget(this._icon),Er)){var e=this.options.draggable;this.dragging&&(e=this.dragging.enabled(),this.dragging.disable()),this.dragging=new Er(this),e&&this.dragging.enable()}},setOpacity:function(e){return this.options.opacity=e,this._map&&this._updateOpacity(),this},_updateOpacity:function(){var e=this.options.opacity;this._icon&&U(this._icon,e),this._shadow&&U(this._shadow,e)},_bringToFront:function(){this._updateZIndex(this.options.riseOffset)},_resetZIndex:function(){this._updateZIndex(0)},_panOnFocus:function(){var e=this._map;if(e){var t=this.options.icon.options,n=t.iconSize?O(t.iconSize):O(0,0),r=t.iconAnchor?O(t.iconAnchor):O(0,0);e.panInside(this._latlng,{paddingTopLeft:r,paddingBottomRight:n.subtract(r)})}},_getPopupAnchor:function(){return this.options.icon.options.popupAnchor},_getTooltipAnchor:function(){return this.options.icon.options.tooltipAnchor}}),Or=Q.extend({options:{stroke:!0,color:`#3388ff`,weight:3,opacity:1,lineCap:`round`,lineJoin:`round`,dashArray:null,dashOffset:null,fill:!1,fillColor:null,fillOpacity:.2,fillRule:`evenodd`,interactive:!0,bubblingMouseEvents:!0},beforeAdd:function(e){this._renderer=e.getRenderer(this)},onAdd:function(){this._renderer._initPath(this),this._reset(),this._renderer._addPath(this)},onRemove:function(){this._renderer._removePath(this)},redraw:function(){return this._map&&this._renderer._updatePath(this),this},setStyle:function(e){return S(this,e),this._renderer&&(this._renderer._updateStyle(this),this.options.stroke&&e&&Object.prototype.hasOwnProperty.call(e,`weight`)&&this._updateBounds()),this},bringToFront:function(){return this._renderer&&this._renderer._bringToFront(this),this},bringToBack:function(){return this._renderer&&this._renderer._bringToBack(this),this},getElement:function(){return this._path},_reset:function(){this._project(),this._update()},_clickTolerance:function(){return(this.options.stroke?this.options.weight/2:0)+(this._renderer.options.tolerance||0)}}),kr=Or.extend({options:{fill:!0,radius:10},initialize:function(e,t){S(this,t),this._latlng=P(e),this._radius=this.options.radius},setLatLng:function(e){var t=this._latlng;return this._latlng=P(e),this.redraw(),this.fire(`move`,{oldLatLng:t,latlng:this._latlng})},getLatLng:function(){return this._latlng},setRadius:function(e){return this.options.radius=this._radius=e,this.redraw()},getRadius:function(){return this._radius},setStyle:function(e){var t=e&&e.radius||this._radius;return Or.prototype.setStyle.call(this,e),this.setRadius(t),this},_project:function(){this._point=this._map.latLngToLayerPoint(this._latlng),this._updateBounds()},_updateBounds:function(){var e=this._radius,t=this._radiusY||e,n=this._clickTolerance(),r=[e+n,t+n];this._pxBounds=new k(this._point.subtract(r),this._point.add(r))},_update:function(){this._map&&this._updatePath()},_updatePath:function(){this._renderer._updateCircle(this)},_empty:function(){return this._radius&&!this._renderer._bounds.intersects(this._pxBounds)},_containsPoint:function(e){return e.distanceTo(this._point)<=this._radius+this._clickTolerance()}}),Ar=kr.extend({initialize:function(e,t,n){if(typeof t==`number`&&(t=_({},n,{radius:t})),S(this,t),this._latlng=P(e),isNaN(this.options.radius))throw Error(`Circle radius cannot be NaN`);this._mRadius=this.options.radius},setRadius:function(e){return this._mRadius=e,this.redraw()},getRadius:function(){return this._mRadius},getBounds:function(){var e=[this._radius,this._radiusY||this._radius];return new j(this._map.layerPointToLatLng(this._point.subtract(e)),this._map.layerPointToLatLng(this._point.add(e)))},setStyle:Or.prototype.setStyle,_project:function(){var e=this._latlng.lng,t=this._latlng.lat,n=this._map,r=n.options.crs;if(r.distance===qe.distance){var i=Math.PI/180,a=this._mRadius/qe.R/i,o=n.project([t+a,e]),s=n.project([t-a,e]),c=o.add(s).divideBy(2),l=n.unproject(c).lat,u=Math.acos((Math.cos(a*i)-Math.sin(t*i)*Math.sin(l*i))/(Math.cos(t*i)*Math.cos(l*i)))/i;(isNaN(u)||u===0)&&(u=a/Math.cos(Math.PI/180*t)),this._point=c.subtract(n.getPixelOrigin()),this._radius=isNaN(u)?0:c.x-n.project([l,e-u]).x,this._radiusY=c.y-o.y}else{var d=r.unproject(r.project(this._latlng).subtract([this._mRadius,0]));this._point=n.latLngToLayerPoint(this._latlng),this._radius=this._point.x-n.latLngToLayerPoint(d).x}this._updateBounds()}}),jr=Or.extend({options:{smoothFactor:1,noClip:!1},initialize:function(e,t){S(this,t),this._setLatLngs(e)},getLatLngs:function(){return this._latlngs},setLatLngs:function(e){return this._setLatLngs(e),this.redraw()},isEmpty:function(){return!this._latlngs.length},closestLayerPoint:function(e){for(var t=1/0,n=null,r=mr,i,a,o=0,s=this._parts.length;o<s;o++)for(var c=this._parts[o],l=1,u=c.length;l<u;l++){i=c[l-1],a=c[l];var d=r(e,i,a,!0);d<t&&(t=d,n=r(e,i,a))}return n&&(n.distance=Math.sqrt(t)),n},getCenter:function(){if(!this._map)throw Error(`Must add layer to map before using getCenter()`);return gr(this._defaultShape(),this._map.options.crs)},getBounds:function(){return this._bounds},addLatLng:function(e,t){return t||=this._defaultShape(),e=P(e),t.push(e),this._bounds.extend(e),this.redraw()},_setLatLngs:function(e){this._bounds=new j,this._latlngs=this._convertLatLngs(e)},_defaultShape:function(){return Z(this._latlngs)?this._latlngs:this._latlngs[0]},_convertLatLngs:function(e){for(var t=[],n=Z(e),r=0,i=e.length;r<i;r++)n?(t[r]=P(e[r]),this._bounds.extend(t[r])):t[r]=this._convertLatLngs(e[r]);return t},_project:function(){var e=new k;this._rings=[],this._projectLatlngs(this._latlngs,this._rings,e),this._bounds.isValid()&&e.isValid()&&(this._rawPxBounds=e,this._updateBounds())},_updateBounds:function(){var e=this._clickTolerance(),t=new D(e,e);this._rawPxBounds&&(this._pxBounds=new k([this._rawPxBounds.min.subtract(t),this._rawPxBounds.max.add(t)]))},_projectLatlngs:function(e,t,n){var r=e[0]instanceof N,i=e.length,a,o;if(r){for(o=[],a=0;a<i;a++)o[a]=this._map.latLngToLayerPoint(e[a]),n.extend(o[a]);t.push(o)}else for(a=0;a<i;a++)this._projectLatlngs(e[a],t,n)},_clipPoints:function(){var e=this._renderer._bounds;if(this._parts=[],this._pxBounds&&this._pxBounds.intersects(e)){if(this.options.noClip)this._parts=this._rings;else for(var t=this._parts,n=0,r,i=0,a=this._rings.length,o,s,c;n<a;n++)for(c=this._rings[n],r=0,o=c.length;r<o-1;r++)s=ur(c[r],c[r+1],e,r,!0),s&&(t[i]=t[i]||[],t[i].push(s[0]),(s[1]!==c[r+1]||r===o-2)&&(t[i].push(s[1]),i++))}},_simplifyPoints:function(){for(var e=this._parts,t=this.options.smoothFactor,n=0,r=e.length;n<r;n++)e[n]=ir(e[n],t)},_update:function(){this._map&&(this._clipPoints(),this._simplifyPoints(),this._updatePath())},_updatePath:function(){this._renderer._updatePoly(this)},_containsPoint:function(e,t){var n,r,i,a,o,s,c=this._clickTolerance();if(!this._pxBounds||!this._pxBounds.contains(e))return!1;for(n=0,a=this._parts.length;n<a;n++)for(s=this._parts[n],r=0,o=s.length,i=o-1;r<o;i=r++)if((t||r!==0)&&ar(e,s[i],s[r])<=c)return!0;return!1}});jr._flat=hr;var Mr=jr.extend({options:{fill:!0},isEmpty:function(){return!this._latlngs.length||!this._latlngs[0].length},getCenter:function(){if(!this._map)throw Error(`Must add layer to map before using getCenter()`);return nr(this._defaultShape(),this._map.options.crs)},_convertLatLngs:function(e){var t=jr.prototype._convertLatLngs.call(this,e),n=t.length;return n>=2&&t[0]instanceof N&&t[0].equals(t[n-1])&&t.pop(),t},_setLatLngs:function(e){jr.prototype._setLatLngs.call(this,e),Z(this._latlngs)&&(this._latlngs=[this._latlngs])},_defaultShape:function(){return Z(this._latlngs[0])?this._latlngs[0]:this._latlngs[0][0]},_clipPoints:function(){var e=this._renderer._bounds,t=this.options.weight,n=new D(t,t);if(e=new k(e.min.subtract(n),e.max.add(n)),this._parts=[],this._pxBounds&&this._pxBounds.intersects(e)){if(this.options.noClip)this._parts=this._rings;else for(var r=0,i=this._rings.length,a;r<i;r++)a=tr(this._rings[r],e,!0),a.length&&this._parts.push(a)}},_updatePath:function(){this._renderer._updatePoly(this,!0)},_containsPoint:function(e){var t=!1,n,r,i,a,o,s,c,l;if(!this._pxBounds||!this._pxBounds.contains(e))return!1;for(a=0,c=this._parts.length;a<c;a++)for(n=this._parts[a],o=0,l=n.length,s=l-1;o<l;s=o++)r=n[o],i=n[s],r.y>e.y!=i.y>e.y&&e.x<(i.x-r.x)*(e.y-r.y)/(i.y-r.y)+r.x&&(t=!t);return t||jr.prototype._containsPoint.call(this,e,!0)}}),Nr=Cr.extend({initialize:function(e,t){S(this,t),this._layers={},e&&this.addData(e)},addData:function(e){var t=C(e)?e:e.features,n,r,i;if(t){for(n=0,r=t.length;n<r;n++)i=t[n],(i.geometries||i.geometry||i.features||i.coordinates)&&this.addData(i);return this}var a=this.options;if(a.filter&&!a.filter(e))return this;var o=Pr(e,a);return o?(o.feature=Vr(e),o.defaultOptions=o.options,this.resetStyle(o),a.onEachFeature&&a.onEachFeature(e,o),this.addLayer(o)):this},resetStyle:function(e){return e===void 0?this.eachLayer(this.resetStyle,this):(e.options=_({},e.defaultOptions),this._setLayerStyle(e,this.options.style),this)},setStyle:function(e){return this.eachLayer(function(t){this._setLayerStyle(t,e)},this)},_setLayerStyle:function(e,t){e.setStyle&&(typeof t==`function`&&(t=t(e.feature)),e.setStyle(t))}});function Pr(e,t){var n=e.type===`Feature`?e.geometry:e,r=n?n.coordinates:null,i=[],a=t&&t.pointToLayer,o=t&&t.coordsToLatLng||Ir,s,c,l,u;if(!r&&!n)return null;switch(n.type){case`Point`:return s=o(r),Fr(a,e,s,t);case`MultiPoint`:for(l=0,u=r.length;l<u;l++)s=o(r[l]),i.push(Fr(a,e,s,t));return new Cr(i);case`LineString`:case`MultiLineString`:return c=Lr(r,n.type===`LineString`?0:1,o),new jr(c,t);case`Polygon`:case`MultiPolygon`:return c=Lr(r,n.type===`Polygon`?1:2,o),new Mr(c,t);case`GeometryCollection`:for(l=0,u=n.geometries.length;l<u;l++){var d=Pr({geometry:n.geometries[l],type:`Feature`,properties:e.properties},t);d&&i.push(d)}return new Cr(i);case`FeatureCollection`:for(l=0,u=n.features.length;l<u;l++){var f=Pr(n.features[l],t);f&&i.push(f)}return new Cr(i);default:throw Error(`Invalid GeoJSON object.`)}}function Fr(e,t,n,r){return e?e(t,n):new Dr(n,r&&r.markersInheritOptions&&r)}function Ir(e){return new N(e[1],e[0],e[2])}function Lr(e,t,n){for(var r=[],i=0,a=e.length,o;i<a;i++)o=t?Lr(e[i],t-1,n):(n||Ir)(e[i]),r.push(o);return r}function Rr(e,t){return e=P(e),e.alt===void 0?[x(e.lng,t),x(e.lat,t)]:[x(e.lng,t),x(e.lat,t),x(e.alt,t)]}function zr(e,t,n,r){for(var i=[],a=0,o=e.length;a<o;a++)i.push(t?zr(e[a],Z(e[a])?0:t-1,n,r):Rr(e[a],r));return!t&&n&&i.length>0&&i.push(i[0].slice()),i}function Br(e,t){return e.feature?_({},e.feature,{geometry:t}):Vr(t)}function Vr(e){return e.type===`Feature`||e.type===`FeatureCollection`?e:{type:`Feature`,properties:{},geometry:e}}var Hr={toGeoJSON:function(e){return Br(this,{type:`Point`,coordinates:Rr(this.getLatLng(),e)})}};Dr.include(Hr),Ar.include(Hr),kr.include(Hr),jr.include({toGeoJSON:function(e){var t=!Z(this._latlngs),n=zr(this._latlngs,+!!t,!1,e);return Br(this,{type:(t?`Multi`:``)+`LineString`,coordinates:n})}}),Mr.include({toGeoJSON:function(e){var t=!Z(this._latlngs),n=t&&!Z(this._latlngs[0]),r=zr(this._latlngs,n?2:+!!t,!0,e);return t||(r=[r]),Br(this,{type:(n?`Multi`:``)+`Polygon`,coordinates:r})}}),Sr.include({toMultiPoint:function(e){var t=[];return this.eachLayer(function(n){t.push(n.toGeoJSON(e).geometry.coordinates)}),Br(this,{type:`MultiPoint`,coordinates:t})},toGeoJSON:function(e){var t=this.feature&&this.feature.geometry&&this.feature.geometry.type;if(t===`MultiPoint`)return this.toMultiPoint(e);var n=t===`GeometryCollection`,r=[];return this.eachLayer(function(t){if(t.toGeoJSON){var i=t.toGeoJSON(e);if(n)r.push(i.geometry);else{var a=Vr(i);a.type===`FeatureCollection`?r.push.apply(r,a.features):r.push(a)}}}),n?Br(this,{geometries:r,type:`GeometryCollection`}):{type:`FeatureCollection`,features:r}}});var Ur=Q.extend({options:{opacity:1,alt:``,interactive:!1,crossOrigin:!1,errorOverlayUrl:``,zIndex:1,className:``},initialize:function(e,t,n){this._url=e,this._bounds=M(t),S(this,n)},onAdd:function(){this._image||(this._initImage(),this.options.opacity<1&&this._updateOpacity()),this.options.interactive&&(V(this._image,`leaflet-interactive`),this.addInteractiveTarget(this._image)),this.getPane().appendChild(this._image),this._reset()},onRemove:function(){B(this._image),this.options.interactive&&this.removeInteractiveTarget(this._image)},setOpacity:function(e){return this.options.opacity=e,this._image&&this._updateOpacity(),this},setStyle:function(e){return e.opacity&&this.setOpacity(e.opacity),this},bringToFront:function(){return this._map&&fn(this._image),this},bringToBack:function(){return this._map&&pn(this._image),this},setUrl:function(e){return this._url=e,this._image&&(this._image.src=e),this},setBounds:function(e){return this._bounds=M(e),this._map&&this._reset(),this},getEvents:function(){var e={zoom:this._reset,viewreset:this._reset};return this._zoomAnimated&&(e.zoomanim=this._animateZoom),e},setZIndex:function(e){return this.options.zIndex=e,this._updateZIndex(),this},getBounds:function(){return this._bounds},getElement:function(){return this._image},_initImage:function(){var e=this._url.tagName===`IMG`,t=this._image=e?this._url:z(`img`);V(t,`leaflet-image-layer`),this._zoomAnimated&&V(t,`leaflet-zoom-animated`),this.options.className&&V(t,this.options.className),t.onselectstart=b,t.onmousemove=b,t.onload=v(this.fire,this,`load`),t.onerror=v(this._overlayOnError,this,`error`),(this.options.crossOrigin||this.options.crossOrigin===``)&&(t.crossOrigin=this.options.crossOrigin===!0?``:this.options.crossOrigin),this.options.zIndex&&this._updateZIndex(),e?this._url=t.src:(t.src=this._url,t.alt=this.options.alt)},_animateZoom:function(e){var t=this._map.getZoomScale(e.zoom),n=this._map._latLngBoundsToNewLayerBounds(this._bounds,e.zoom,e.center).min;yn(this._image,n,t)},_reset:function(){var e=this._image,t=new k(this._map.latLngToLayerPoint(this._bounds.getNorthWest()),this._map.latLngToLayerPoint(this._bounds.getSouthEast())),n=t.getSize();W(e,t.min),e.style.width=n.x+`px`,e.style.height=n.y+`px`},_updateOpacity:function(){U(this._image,this.options.opacity)},_updateZIndex:function(){this._image&&this.options.zIndex!==void 0&&this.options.zIndex!==null&&(this._image.style.zIndex=this.options.zIndex)},_overlayOnError:function(){this.fire(`error`);var e=this.options.errorOverlayUrl;e&&this._url!==e&&(this._url=e,this._image.src=e)},getCenter:function(){return this._bounds.getCenter()}});Ur.extend({options:{autoplay:!0,loop:!0,keepAspectRatio:!0,muted:!1,playsInline:!0},_initImage:function(){var e=this._url.tagName===`VIDEO`,t=this._image=e?this._url:z(`video`);if(V(t,`leaflet-image-layer`),this._zoomAnimated&&V(t,`leaflet-zoom-animated`),this.options.className&&V(t,this.options.className),t.onselectstart=b,t.onmousemove=b,t.onloadeddata=v(this.fire,this,`load`),e){for(var n=t.getElementsByTagName(`source`),r=[],i=0;i<n.length;i++)r.push(n[i].src);this._url=n.length>0?r:[t.src]}else{C(this._url)||(this._url=[this._url]),!this.options.keepAspectRatio&&Object.prototype.hasOwnProperty.call(t.style,`objectFit`)&&(t.style.objectFit=`fill`),t.autoplay=!!this.options.autoplay,t.loop=!!this.options.loop,t.muted=!!this.options.muted,t.playsInline=!!this.options.playsInline;for(var a=0;a<this._url.length;a++){var o=z(`source`);o.src=this._url[a],t.appendChild(o)}}}}),Ur.extend({_initImage:function(){var e=this._image=this._url;V(e,`leaflet-image-layer`),this._zoomAnimated&&V(e,`leaflet-zoom-animated`),this.options.className&&V(e,this.options.className),e.onselectstart=b,e.onmousemove=b}});var Wr=Q.extend({options:{interactive:!1,offset:[0,0],className:``,pane:void 0,content:``},initialize:function(e,t){e&&(e instanceof N||C(e))?(this._latlng=P(e),S(this,t)):(S(this,e),this._source=t),this.options.content&&(this._content=this.options.content)},openOn:function(e){return e=arguments.length?e:this._source._map,e.hasLayer(this)||e.addLayer(this),this},close:function(){return this._map&&this._map.removeLayer(this),this},toggle:function(e){return this._map?this.close():(arguments.length?this._source=e:e=this._source,this._prepareOpen(),this.openOn(e._map)),this},onAdd:function(e){this._zoomAnimated=e._zoomAnimated,this._container||this._initLayout(),e._fadeAnimated&&U(this._container,0),clearTimeout(this._removeTimeout),this.getPane().appendChild(this._container),this.update(),e._fadeAnimated&&U(this._container,1),this.bringToFront(),this.options.interactive&&(V(this._container,`leaflet-interactive`),this.addInteractiveTarget(this._container))},onRemove:function(e){e._fadeAnimated?(U(this._container,0),this._removeTimeout=setTimeout(v(B,void 0,this._container),200)):B(this._container),this.options.interactive&&(H(this._container,`leaflet-interactive`),this.removeInteractiveTarget(this._container))},getLatLng:function(){return this._latlng},setLatLng:function(e){return this._latlng=P(e),this._map&&(this._updatePosition(),this._adjustPan()),this},getContent:function(){return this._content},setContent:function(e){return this._content=e,this.update(),this},getElement:function(){return this._container},update:function(){this._map&&(this._container.style.visibility=`hidden`,this._updateContent(),this._updateLayout(),this._updatePosition(),this._container.style.visibility=``,this._adjustPan())},getEvents:function(){var e={zoom:this._updatePosition,viewreset:this._updatePosition};return this._zoomAnimated&&(e.zoomanim=this._animateZoom),e},isOpen:function(){return!!this._map&&this._map.hasLayer(this)},bringToFront:function(){return this._map&&fn(this._container),this},bringToBack:function(){return this._map&&pn(this._container),this},_prepareOpen:function(e){var t=this._source;if(!t._map)return!1;if(t instanceof Cr){t=null;var n=this._source._layers;for(var r in n)if(n[r]._map){t=n[r];break}if(!t)return!1;this._source=t}if(!e){if(t.getCenter)e=t.getCenter();else if(t.getLatLng)e=t.getLatLng();else if(t.getBounds)e=t.getBounds().getCenter();else throw Error(`Unable to get source layer LatLng.`)}return this.setLatLng(e),this._map&&this.update(),!0},_updateContent:function(){if(this._content){var e=this._contentNode,t=typeof this._content==`function`?this._content(this._source||this):this._content;if(typeof t==`string`)e.innerHTML=t;else{for(;e.hasChildNodes();)e.removeChild(e.firstChild);e.appendChild(t)}this.fire(`contentupdate`)}},_updatePosition:function(){if(this._map){var e=this._map.latLngToLayerPoint(this._latlng),t=O(this.options.offset),n=this._getAnchor();this._zoomAnimated?W(this._container,e.add(n)):t=t.add(e).add(n);var r=this._containerBottom=-t.y,i=this._containerLeft=-Math.round(this._containerWidth/2)+t.x;this._container.style.bottom=r+`px`,this._container.style.left=i+`px`}},_getAnchor:function(){return[0,0]}});Y.include({_initOverlay:function(e,t,n,r){var i=t;return i instanceof e||(i=new e(r).setContent(t)),n&&i.setLatLng(n),i}}),Q.include({_initOverlay:function(e,t,n,r){var i=n;return i instanceof e?(S(i,r),i._source=this):(i=t&&!r?t:new e(r,this),i.setContent(n)),i}});var Gr=Wr.extend({options:{pane:`popupPane`,offset:[0,7],maxWidth:300,minWidth:50,maxHeight:null,autoPan:!0,autoPanPaddingTopLeft:null,autoPanPaddingBottomRight:null,autoPanPadding:[5,5],keepInView:!1,closeButton:!0,autoClose:!0,closeOnEscapeKey:!0,className:``},openOn:function(e){return e=arguments.length?e:this._source._map,!e.hasLayer(this)&&e._popup&&e._popup.options.autoClose&&e.removeLayer(e._popup),e._popup=this,Wr.prototype.openOn.call(this,e)},onAdd:function(e){Wr.prototype.onAdd.call(this,e),e.fire(`popupopen`,{popup:this}),this._source&&(this._source.fire(`popupopen`,{popup:this},!0),this._source instanceof Or||this._source.on(`preclick`,Rn))},onRemove:function(e){Wr.prototype.onRemove.call(this,e),e.fire(`popupclose`,{popup:this}),this._source&&(this._source.fire(`popupclose`,{popup:this},!0),this._source instanceof Or||this._source.off(`preclick`,Rn))},getEvents:function(){var e=Wr.prototype.getEvents.call(this);return(this.options.closeOnClick===void 0?this._map.options.closePopupOnClick:this.options.closeOnClick)&&(e.preclick=this.close),this.options.keepInView&&(e.moveend=this._adjustPan),e},_initLayout:function(){var e=`leaflet-popup`,t=this._container=z(`div`,e+` `+(this.options.className||``)+` leaflet-zoom-animated`),n=this._wrapper=z(`div`,e+`-content-wrapper`,t);if(this._contentNode=z(`div`,e+`-content`,n),Bn(t),zn(this._contentNode),G(t,`contextmenu`,Rn),this._tipContainer=z(`div`,e+`-tip-container`,t),this._tip=z(`div`,e+`-tip`,this._tipContainer),this.options.closeButton){var r=this._closeButton=z(`a`,e+`-close-button`,t);r.setAttribute(`role`,`button`),r.setAttribute(`aria-label`,`Close popup`),r.href=`#close`,r.innerHTML=`<span aria-hidden="true">&#215;</span>`,G(r,`click`,function(e){J(e),this.close()},this)}},_updateLayout:function(){var e=this._contentNode,t=e.style;t.width=``,t.whiteSpace=`nowrap`;var n=e.offsetWidth;n=Math.min(n,this.options.maxWidth),n=Math.max(n,this.options.minWidth),t.width=n+1+`px`,t.whiteSpace=``,t.height=``;var r=e.offsetHeight,i=this.options.maxHeight,a=`leaflet-popup-scrolled`;i&&r>i?(t.height=i+`px`,V(e,a)):H(e,a),this._containerWidth=this._container.offsetWidth},_animateZoom:function(e){var t=this._map._latLngToNewLayerPoint(this._latlng,e.zoom,e.center),n=this._getAnchor();W(this._container,t.add(n))},_adjustPan:function(){if(this.options.autoPan){if(this._map._panAnim&&this._map._panAnim.stop(),this._autopanning)this._autopanning=!1;else{var e=this._map,t=parseInt(un(this._container,`marginBottom`),10)||0,n=this._container.offsetHeight+t,r=this._containerWidth,i=new D(this._containerLeft,-n-this._containerBottom);i._add(bn(this._container));var a=e.layerPointToContainerPoint(i),o=O(this.options.autoPanPadding),s=O(this.options.autoPanPaddingTopLeft||o),c=O(this.options.autoPanPaddingBottomRight||o),l=e.getSize(),u=0,d=0;a.x+r+c.x>l.x&&(u=a.x+r-l.x+c.x),a.x-u-s.x<0&&(u=a.x-s.x),a.y+n+c.y>l.y&&(d=a.y+n-l.y+c.y),a.y-d-s.y<0&&(d=a.y-s.y),(u||d)&&(this.options.keepInView&&(this._autopanning=!0),e.fire(`autopanstart`).panBy([u,d]))}}},_getAnchor:function(){return O(this._source&&this._source._getPopupAnchor?this._source._getPopupAnchor():[0,0])}});Y.mergeOptions({closePopupOnClick:!0}),Y.include({openPopup:function(e,t,n){return this._initOverlay(Gr,e,t,n).openOn(this),this},closePopup:function(e){return e=arguments.length?e:this._popup,e&&e.close(),this}}),Q.include({bindPopup:function(e,t){return this._popup=this._initOverlay(Gr,this._popup,e,t),this._popupHandlersAdded||=(this.on({click:this._openPopup,keypress:this._onKeyPress,remove:this.closePopup,move:this._movePopup}),!0),this},unbindPopup:function(){return this._popup&&=(this.off({click:this._openPopup,keypress:this._onKeyPress,remove:this.closePopup,move:this._movePopup}),this._popupHandlersAdded=!1,null),this},openPopup:function(e){return this._popup&&(this instanceof Cr||(this._popup._source=this),this._popup._prepareOpen(e||this._latlng)&&this._popup.openOn(this._map)),this},closePopup:function(){return this._popup&&this._popup.close(),this},togglePopup:function(){return this._popup&&this._popup.toggle(this),this},isPopupOpen:function(){return this._popup?this._popup.isOpen():!1},setPopupContent:function(e){return this._popup&&this._popup.setContent(e),this},getPopup:function(){return this._popup},_openPopup:function(e){if(this._popup&&this._map){Vn(e);var t=e.layer||e.target;this._popup._source===t&&!(t instanceof Or)?this._map.hasLayer(this._popup)?this.closePopup():this.openPopup(e.latlng):(this._popup._source=t,this.openPopup(e.latlng))}},_movePopup:function(e){this._popup.setLatLng(e.latlng)},_onKeyPress:function(e){e.originalEvent.keyCode===13&&this._openPopup(e)}});var Kr=Wr.extend({options:{pane:`tooltipPane`,offset:[0,0],direction:`auto`,permanent:!1,sticky:!1,opacity:.9},onAdd:function(e){Wr.prototype.onAdd.call(this,e),this.setOpacity(this.options.opacity),e.fire(`tooltipopen`,{tooltip:this}),this._source&&(this.addEventParent(this._source),this._source.fire(`tooltipopen`,{tooltip:this},!0))},onRemove:function(e){Wr.prototype.onRemove.call(this,e),e.fire(`tooltipclose`,{tooltip:this}),this._source&&(this.removeEventParent(this._source),this._source.fire(`tooltipclose`,{tooltip:this},!0))},getEvents:function(){var e=Wr.prototype.getEvents.call(this);return this.options.permanent||(e.preclick=this.close),e},_initLayout:function(){var e=`leaflet-tooltip `+(this.options.className||``)+` leaflet-zoom-`+(this._zoomAnimated?`animated`:`hide`);this._contentNode=this._container=z(`div`,e),this._container.setAttribute(`role`,`tooltip`),this._container.setAttribute(`id`,`leaflet-tooltip-`+y(this))},_updateLayout:function(){},_adjustPan:function(){},_setPosition:function(e){var t,n,r=this._map,i=this._container,a=r.latLngToContainerPoint(r.getCenter()),o=r.layerPointToContainerPoint(e),s=this.options.direction,c=i.offsetWidth,l=i.offsetHeight,u=O(this.options.offset),d=this._getAnchor();s===`top`?(t=c/2,n=l):s===`bottom`?(t=c/2,n=0):s===`center`?(t=c/2,n=l/2):s===`right`?(t=0,n=l/2):s===`left`?(t=c,n=l/2):o.x<a.x?(s=`right`,t=0,n=l/2):(s=`left`,t=c+(u.x+d.x)*2,n=l/2),e=e.subtract(O(t,n,!0)).add(u).add(d),H(i,`leaflet-tooltip-right`),H(i,`leaflet-tooltip-left`),H(i,`leaflet-tooltip-top`),H(i,`leaflet-tooltip-bottom`),V(i,`leaflet-tooltip-`+s),W(i,e)},_updatePosition:function(){var e=this._map.latLngToLayerPoint(this._latlng);this._setPosition(e)},setOpacity:function(e){this.options.opacity=e,this._container&&U(this._container,e)},_animateZoom:function(e){var t=this._map._latLngToNewLayerPoint(this._latlng,e.zoom,e.center);this._setPosition(t)},_getAnchor:function(){return O(this._source&&this._source._getTooltipAnchor&&!this.options.sticky?this._source._getTooltipAnchor():[0,0])}});Y.include({openTooltip:function(e,t,n){return this._initOverlay(Kr,e,t,n).openOn(this),this},closeTooltip:function(e){return e.close(),this}}),Q.include({bindTooltip:function(e,t){return this._tooltip&&this.isTooltipOpen()&&this.unbindTooltip(),this._tooltip=this._initOverlay(Kr,this._tooltip,e,t),this._initTooltipInteractions(),this._tooltip.options.permanent&&this._map&&this._map.hasLayer(this)&&this.openTooltip(),this},unbindTooltip:function(){return this._tooltip&&=(this._initTooltipInteractions(!0),this.closeTooltip(),null),this},_initTooltipInteractions:function(e){if(e||!this._tooltipHandlersAdded){var t=e?`off`:`on`,n={remove:this.closeTooltip,move:this._moveTooltip};this._tooltip.options.permanent?n.add=this._openTooltip:(n.mouseover=this._openTooltip,n.mouseout=this.closeTooltip,n.click=this._openTooltip,this._map?this._addFocusListeners():n.add=this._addFocusListeners),this._tooltip.options.sticky&&(n.mousemove=this._moveTooltip),this[t](n),this._tooltipHandlersAdded=!e}},openTooltip:function(e){return this._tooltip&&(this instanceof Cr||(this._tooltip._source=this),this._tooltip._prepareOpen(e)&&(this._tooltip.openOn(this._map),this.getElement?this._setAriaDescribedByOnLayer(this):this.eachLayer&&this.eachLayer(this._setAriaDescribedByOnLayer,this))),this},closeTooltip:function(){if(this._tooltip)return this._tooltip.close()},toggleTooltip:function(){return this._tooltip&&this._tooltip.toggle(this),this},isTooltipOpen:function(){return this._tooltip.isOpen()},setTooltipContent:function(e){return this._tooltip&&this._tooltip.setContent(e),this},getTooltip:function(){return this._tooltip},_addFocusListeners:function(){this.getElement?this._addFocusListenersOnLayer(this):this.eachLayer&&this.eachLayer(this._addFocusListenersOnLayer,this)},_addFocusListenersOnLayer:function(e){var t=typeof e.getElement==`function`&&e.getElement();t&&(G(t,`focus`,function(){this._tooltip._source=e,this.openTooltip()},this),G(t,`blur`,this.closeTooltip,this))},_setAriaDescribedByOnLayer:function(e){var t=typeof e.getElement==`function`&&e.getElement();t&&t.setAttribute(`aria-describedby`,this._tooltip._container.id)},_openTooltip:function(e){if(this._tooltip&&this._map){if(this._map.dragging&&this._map.dragging.moving()&&!this._openOnceFlag){this._openOnceFlag=!0;var t=this;this._map.once(`moveend`,function(){t._openOnceFlag=!1,t._openTooltip(e)})}else this._tooltip._source=e.layer||e.target,this.openTooltip(this._tooltip.options.sticky?e.latlng:void 0)}},_moveTooltip:function(e){var t=e.latlng,n,r;this._tooltip.options.sticky&&e.originalEvent&&(n=this._map.mouseEventToContainerPoint(e.originalEvent),r=this._map.containerPointToLayerPoint(n),t=this._map.layerPointToLatLng(r)),this._tooltip.setLatLng(t)}});var qr=wr.extend({options:{iconSize:[12,12],html:!1,bgPos:null,className:`leaflet-div-icon`},createIcon:function(e){var t=e&&e.tagName===`DIV`?e:document.createElement(`div`),n=this.options;if(n.html instanceof Element?(dn(t),t.appendChild(n.html)):t.innerHTML=n.html===!1?``:n.html,n.bgPos){var r=O(n.bgPos);t.style.backgroundPosition=-r.x+`px `+-r.y+`px`}return this._setIconStyles(t,`icon`),t},createShadow:function(){return null}});wr.Default=Tr;var Jr=Q.extend({options:{tileSize:256,opacity:1,updateWhenIdle:R.mobile,updateWhenZooming:!0,updateInterval:200,zIndex:1,bounds:null,minZoom:0,maxZoom:void 0,maxNativeZoom:void 0,minNativeZoom:void 0,noWrap:!1,pane:`tilePane`,className:``,keepBuffer:2},initialize:function(e){S(this,e)},onAdd:function(){this._initContainer(),this._levels={},this._tiles={},this._resetView()},beforeAdd:function(e){e._addZoomLimit(this)},onRemove:function(e){this._removeAllTiles(),B(this._container),e._removeZoomLimit(this),this._container=null,this._tileZoom=void 0},bringToFront:function(){return this._map&&(fn(this._container),this._setAutoZIndex(Math.max)),this},bringToBack:function(){return this._map&&(pn(this._container),this._setAutoZIndex(Math.min)),this},getContainer:function(){return this._container},setOpacity:function(e){return this.options.opacity=e,this._updateOpacity(),this},setZIndex:function(e){return this.options.zIndex=e,this._updateZIndex(),this},isLoading:function(){return this._loading},redraw:function(){if(this._map){this._removeAllTiles();var e=this._clampZoom(this._map.getZoom());e!==this._tileZoom&&(this._tileZoom=e,this._updateLevels()),this._update()}return this},getEvents:function(){var e={viewprereset:this._invalidateAll,viewreset:this._resetView,zoom:this._resetView,moveend:this._onMoveEnd};return this.options.updateWhenIdle||(this._onMove||=Oe(this._onMoveEnd,this.options.updateInterval,this),e.move=this._onMove),this._zoomAnimated&&(e.zoomanim=this._animateZoom),e},createTile:function(){return document.createElement(`div`)},getTileSize:function(){var e=this.options.tileSize;return e instanceof D?e:new D(e,e)},_updateZIndex:function(){this._container&&this.options.zIndex!==void 0&&this.options.zIndex!==null&&(this._container.style.zIndex=this.options.zIndex)},_setAutoZIndex:function(e){for(var t=this.getPane().children,n=-e(-1/0,1/0),r=0,i=t.length,a;r<i;r++)a=t[r].style.zIndex,t[r]!==this._container&&a&&(n=e(n,+a));isFinite(n)&&(this.options.zIndex=n+e(-1,1),this._updateZIndex())},_updateOpacity:function(){if(this._map&&!R.ielt9){U(this._container,this.options.opacity);var e=+new Date,t=!1,n=!1;for(var r in this._tiles){var i=this._tiles[r];if(i.current&&i.loaded){var a=Math.min(1,(e-i.loaded)/200);U(i.el,a),a<1?t=!0:(i.active?n=!0:this._onOpaqueTile(i),i.active=!0)}}n&&!this._noPrune&&this._pruneTiles(),t&&(T(this._fadeFrame),this._fadeFrame=w(this._updateOpacity,this))}},_onOpaqueTile:b,_initContainer:function(){this._container||(this._container=z(`div`,`leaflet-layer `+(this.options.className||``)),this._updateZIndex(),this.options.opacity<1&&this._updateOpacity(),this.getPane().appendChild(this._container))},_updateLevels:function(){var e=this._tileZoom,t=this.options.maxZoom;if(e!==void 0){for(var n in this._levels)n=Number(n),this._levels[n].el.children.length||n===e?(this._levels[n].el.style.zIndex=t-Math.abs(e-n),this._onUpdateLevel(n)):(B(this._levels[n].el),this._removeTilesAtZoom(n),this._onRemoveLevel(n),delete this._levels[n]);var r=this._levels[e],i=this._map;return r||(r=this._levels[e]={},r.el=z(`div`,`leaflet-tile-container leaflet-zoom-animated`,this._container),r.el.style.zIndex=t,r.origin=i.project(i.unproject(i.getPixelOrigin()),e).round(),r.zoom=e,this._setZoomTransform(r,i.getCenter(),i.getZoom()),r.el.offsetWidth,this._onCreateLevel(r)),this._level=r,r}},_onUpdateLevel:b,_onRemoveLevel:b,_onCreateLevel:b,_pruneTiles:function(){if(this._map){var e,t,n=this._map.getZoom();if(n>this.options.maxZoom||n<this.options.minZoom)this._removeAllTiles();else{for(e in this._tiles)t=this._tiles[e],t.retain=t.current;for(e in this._tiles)if(t=this._tiles[e],t.current&&!t.active){var r=t.coords;this._retainParent(r.x,r.y,r.z,r.z-5)||this._retainChildren(r.x,r.y,r.z,r.z+2)}for(e in this._tiles)this._tiles[e].retain||this._removeTile(e)}}},_removeTilesAtZoom:function(e){for(var t in this._tiles)this._tiles[t].coords.z===e&&this._removeTile(t)},_removeAllTiles:function(){for(var e in this._tiles)this._removeTile(e)},_invalidateAll:function(){for(var e in this._levels)B(this._levels[e].el),this._onRemoveLevel(Number(e)),delete this._levels[e];this._removeAllTiles(),this._tileZoom=void 0},_retainParent:function(e,t,n,r){var i=Math.floor(e/2),a=Math.floor(t/2),o=n-1,s=new D(+i,+a);s.z=+o;var c=this._tileCoordsToKey(s),l=this._tiles[c];return l&&l.active?(l.retain=!0,!0):(l&&l.loaded&&(l.retain=!0),o>r&&this._retainParent(i,a,o,r))},_retainChildren:function(e,t,n,r){for(var i=2*e;i<2*e+2;i++)for(var a=2*t;a<2*t+2;a++){var o=new D(i,a);o.z=n+1;var s=this._tileCoordsToKey(o),c=this._tiles[s];c&&c.active?c.retain=!0:(c&&c.loaded&&(c.retain=!0),n+1<r&&this._retainChildren(i,a,n+1,r))}},_resetView:function(e){var t=e&&(e.pinch||e.flyTo);this._setView(this._map.getCenter(),this._map.getZoom(),t,t)},_animateZoom:function(e){this._setView(e.center,e.zoom,!0,e.noUpdate)},_clampZoom:function(e){var t=this.options;return t.minNativeZoom!==void 0&&e<t.minNativeZoom?t.minNativeZoom:t.maxNativeZoom!==void 0&&t.maxNativeZoom<e?t.maxNativeZoom:e},_setView:function(e,t,n,r){var i=Math.round(t);i=this.options.maxZoom!==void 0&&i>this.options.maxZoom||this.options.minZoom!==void 0&&i<this.options.minZoom?void 0:this._clampZoom(i);var a=this.options.updateWhenZooming&&i!==this._tileZoom;(!r||a)&&(this._tileZoom=i,this._abortLoading&&this._abortLoading(),this._updateLevels(),this._resetGrid(),i!==void 0&&this._update(e),n||this._pruneTiles(),this._noPrune=!!n),this._setZoomTransforms(e,t)},_setZoomTransforms:function(e,t){for(var n in this._levels)this._setZoomTransform(this._levels[n],e,t)},_setZoomTransform:function(e,t,n){var r=this._map.getZoomScale(n,e.zoom),i=e.origin.multiplyBy(r).subtract(this._map._getNewPixelOrigin(t,n)).round();R.any3d?yn(e.el,i,r):W(e.el,i)},_resetGrid:function(){var e=this._map,t=e.options.crs,n=this._tileSize=this.getTileSize(),r=this._tileZoom,i=this._map.getPixelWorldBounds(this._tileZoom);i&&(this._globalTileRange=this._pxBoundsToTileRange(i)),this._wrapX=t.wrapLng&&!this.options.noWrap&&[Math.floor(e.project([0,t.wrapLng[0]],r).x/n.x),Math.ceil(e.project([0,t.wrapLng[1]],r).x/n.y)],this._wrapY=t.wrapLat&&!this.options.noWrap&&[Math.floor(e.project([t.wrapLat[0],0],r).y/n.x),Math.ceil(e.project([t.wrapLat[1],0],r).y/n.y)]},_onMoveEnd:function(){this._map&&!this._map._animatingZoom&&this._update()},_getTiledPixelBounds:function(e){var t=this._map,n=t._animatingZoom?Math.max(t._animateToZoom,t.getZoom()):t.getZoom(),r=t.getZoomScale(n,this._tileZoom),i=t.project(e,this._tileZoom).floor(),a=t.getSize().divideBy(r*2);return new k(i.subtract(a),i.add(a))},_update:function(e){var t=this._map;if(t){var n=this._clampZoom(t.getZoom());if(e===void 0&&(e=t.getCenter()),this._tileZoom!==void 0){var r=this._getTiledPixelBounds(e),i=this._pxBoundsToTileRange(r),a=i.getCenter(),o=[],s=this.options.keepBuffer,c=new k(i.getBottomLeft().subtract([s,-s]),i.getTopRight().add([s,-s]));if(!(isFinite(i.min.x)&&isFinite(i.min.y)&&isFinite(i.max.x)&&isFinite(i.max.y)))throw Error(`Attempted to load an infinite number of tiles`);for(var l in this._tiles){var u=this._tiles[l].coords;u.z===this._tileZoom&&c.contains(new D(u.x,u.y))||(this._tiles[l].current=!1)}if(Math.abs(n-this._tileZoom)>1)this._setView(e,n);else{for(var d=i.min.y;d<=i.max.y;d++)for(var f=i.min.x;f<=i.max.x;f++){var p=new D(f,d);if(p.z=this._tileZoom,this._isValidTile(p)){var m=this._tiles[this._tileCoordsToKey(p)];m?m.current=!0:o.push(p)}}if(o.sort(function(e,t){return e.distanceTo(a)-t.distanceTo(a)}),o.length!==0){this._loading||(this._loading=!0,this.fire(`loading`));var h=document.createDocumentFragment();for(f=0;f<o.length;f++)this._addTile(o[f],h);this._level.el.appendChild(h)}}}}},_isValidTile:function(e){var t=this._map.options.crs;if(!t.infinite){var n=this._globalTileRange;if(!t.wrapLng&&(e.x<n.min.x||e.x>n.max.x)||!t.wrapLat&&(e.y<n.min.y||e.y>n.max.y))return!1}if(!this.options.bounds)return!0;var r=this._tileCoordsToBounds(e);return M(this.options.bounds).overlaps(r)},_keyToBounds:function(e){return this._tileCoordsToBounds(this._keyToTileCoords(e))},_tileCoordsToNwSe:function(e){var t=this._map,n=this.getTileSize(),r=e.scaleBy(n),i=r.add(n);return[t.unproject(r,e.z),t.unproject(i,e.z)]},_tileCoordsToBounds:function(e){var t=this._tileCoordsToNwSe(e),n=new j(t[0],t[1]);return this.options.noWrap||(n=this._map.wrapLatLngBounds(n)),n},_tileCoordsToKey:function(e){return e.x+`:`+e.y+`:`+e.z},_keyToTileCoords:function(e){var t=e.split(`:`),n=new D(+t[0],+t[1]);return n.z=+t[2],n},_removeTile:function(e){var t=this._tiles[e];t&&(B(t.el),delete this._tiles[e],this.fire(`tileunload`,{tile:t.el,coords:this._keyToTileCoords(e)}))},_initTile:function(e){V(e,`leaflet-tile`);var t=this.getTileSize();e.style.width=t.x+`px`,e.style.height=t.y+`px`,e.onselectstart=b,e.onmousemove=b,R.ielt9&&this.options.opacity<1&&U(e,this.options.opacity)},_addTile:function(e,t){var n=this._getTilePos(e),r=this._tileCoordsToKey(e),i=this.createTile(this._wrapCoords(e),v(this._tileReady,this,e));this._initTile(i),this.createTile.length<2&&w(v(this._tileReady,this,e,null,i)),W(i,n),this._tiles[r]={el:i,coords:e,current:!0},t.appendChild(i),this.fire(`tileloadstart`,{tile:i,coords:e})},_tileReady:function(e,t,n){t&&this.fire(`tileerror`,{error:t,tile:n,coords:e});var r=this._tileCoordsToKey(e);n=this._tiles[r],n&&(n.loaded=+new Date,this._map._fadeAnimated?(U(n.el,0),T(this._fadeFrame),this._fadeFrame=w(this._updateOpacity,this)):(n.active=!0,this._pruneTiles()),t||(V(n.el,`leaflet-tile-loaded`),this.fire(`tileload`,{tile:n.el,coords:e})),this._noTilesToLoad()&&(this._loading=!1,this.fire(`load`),R.ielt9||!this._map._fadeAnimated?w(this._pruneTiles,this):setTimeout(v(this._pruneTiles,this),250)))},_getTilePos:function(e){return e.scaleBy(this.getTileSize()).subtract(this._level.origin)},_wrapCoords:function(e){var t=new D(this._wrapX?ke(e.x,this._wrapX):e.x,this._wrapY?ke(e.y,this._wrapY):e.y);return t.z=e.z,t},_pxBoundsToTileRange:function(e){var t=this.getTileSize();return new k(e.min.unscaleBy(t).floor(),e.max.unscaleBy(t).ceil().subtract([1,1]))},_noTilesToLoad:function(){for(var e in this._tiles)if(!this._tiles[e].loaded)return!1;return!0}}),Yr=Jr.extend({options:{minZoom:0,maxZoom:18,subdomains:`abc`,errorTileUrl:``,zoomOffset:0,tms:!1,zoomReverse:!1,detectRetina:!1,crossOrigin:!1,referrerPolicy:!1},initialize:function(e,t){this._url=e,t=S(this,t),t.detectRetina&&R.retina&&t.maxZoom>0?(t.tileSize=Math.floor(t.tileSize/2),t.zoomReverse?(t.zoomOffset--,t.minZoom=Math.min(t.maxZoom,t.minZoom+1)):(t.zoomOffset++,t.maxZoom=Math.max(t.minZoom,t.maxZoom-1)),t.minZoom=Math.max(0,t.minZoom)):t.zoomReverse?t.minZoom=Math.min(t.maxZoom,t.minZoom):t.maxZoom=Math.max(t.minZoom,t.maxZoom),typeof t.subdomains==`string`&&(t.subdomains=t.subdomains.split(``)),this.on(`tileunload`,this._onTileRemove)},setUrl:function(e,t){return this._url===e&&t===void 0&&(t=!0),this._url=e,t||this.redraw(),this},createTile:function(e,t){var n=document.createElement(`img`);return G(n,`load`,v(this._tileOnLoad,this,t,n)),G(n,`error`,v(this._tileOnError,this,t,n)),(this.options.crossOrigin||this.options.crossOrigin===``)&&(n.crossOrigin=this.options.crossOrigin===!0?``:this.options.crossOrigin),typeof this.options.referrerPolicy==`string`&&(n.referrerPolicy=this.options.referrerPolicy),n.alt=``,n.src=this.getTileUrl(e),n},getTileUrl:function(e){var t={r:R.retina?`@2x`:``,s:this._getSubdomain(e),x:e.x,y:e.y,z:this._getZoomForUrl()};if(this._map&&!this._map.options.crs.infinite){var n=this._globalTileRange.max.y-e.y;this.options.tms&&(t.y=n),t[`-y`]=n}return Pe(this._url,_(t,this.options))},_tileOnLoad:function(e,t){R.ielt9?setTimeout(v(e,this,null,t),0):e(null,t)},_tileOnError:function(e,t,n){var r=this.options.errorTileUrl;r&&t.getAttribute(`src`)!==r&&(t.src=r),e(n,t)},_onTileRemove:function(e){e.tile.onload=null},_getZoomForUrl:function(){var e=this._tileZoom,t=this.options.maxZoom,n=this.options.zoomReverse,r=this.options.zoomOffset;return n&&(e=t-e),e+r},_getSubdomain:function(e){var t=Math.abs(e.x+e.y)%this.options.subdomains.length;return this.options.subdomains[t]},_abortLoading:function(){var e,t;for(e in this._tiles)if(this._tiles[e].coords.z!==this._tileZoom&&(t=this._tiles[e].el,t.onload=b,t.onerror=b,!t.complete)){t.src=Ie;var n=this._tiles[e].coords;B(t),delete this._tiles[e],this.fire(`tileabort`,{tile:t,coords:n})}},_removeTile:function(e){var t=this._tiles[e];if(t)return t.el.setAttribute(`src`,Ie),Jr.prototype._removeTile.call(this,e)},_tileReady:function(e,t,n){if(!(!this._map||n&&n.getAttribute(`src`)===Ie))return Jr.prototype._tileReady.call(this,e,t,n)}});Yr.WMS=Yr.extend({defaultWmsParams:{service:`WMS`,request:`GetMap`,layers:``,styles:``,format:`image/jpeg`,transparent:!1,version:`1.1.1`},options:{crs:null,uppercase:!1},initialize:function(e,t){this._url=e;var n=_({},this.defaultWmsParams);for(var r in t)r in this.options||(n[r]=t[r]);t=S(this,t);var i=t.detectRetina&&R.retina?2:1,a=this.getTileSize();n.width=a.x*i,n.height=a.y*i,this.wmsParams=n},onAdd:function(e){this._crs=this.options.crs||e.options.crs,this._wmsVersion=parseFloat(this.wmsParams.version);var t=this._wmsVersion>=1.3?`crs`:`srs`;this.wmsParams[t]=this._crs.code,Yr.prototype.onAdd.call(this,e)},getTileUrl:function(e){var t=this._tileCoordsToNwSe(e),n=this._crs,r=A(n.project(t[0]),n.project(t[1])),i=r.min,a=r.max,o=(this._wmsVersion>=1.3&&this._crs===br?[i.y,i.x,a.y,a.x]:[i.x,i.y,a.x,a.y]).join(`,`),s=Yr.prototype.getTileUrl.call(this,e);return s+Me(this.wmsParams,s,this.options.uppercase)+(this.options.uppercase?`&BBOX=`:`&bbox=`)+o},setParams:function(e,t){return _(this.wmsParams,e),t||this.redraw(),this}});var Xr=Q.extend({options:{padding:.1},initialize:function(e){S(this,e),y(this),this._layers=this._layers||{}},onAdd:function(){this._container||(this._initContainer(),V(this._container,`leaflet-zoom-animated`)),this.getPane().appendChild(this._container),this._update(),this.on(`update`,this._updatePaths,this)},onRemove:function(){this.off(`update`,this._updatePaths,this),this._destroyContainer()},getEvents:function(){var e={viewreset:this._reset,zoom:this._onZoom,moveend:this._update,zoomend:this._onZoomEnd};return this._zoomAnimated&&(e.zoomanim=this._onAnimZoom),e},_onAnimZoom:function(e){this._updateTransform(e.center,e.zoom)},_onZoom:function(){this._updateTransform(this._map.getCenter(),this._map.getZoom())},_updateTransform:function(e,t){var n=this._map.getZoomScale(t,this._zoom),r=this._map.getSize().multiplyBy(.5+this.options.padding),i=this._map.project(this._center,t),a=r.multiplyBy(-n).add(i).subtract(this._map._getNewPixelOrigin(e,t));R.any3d?yn(this._container,a,n):W(this._container,a)},_reset:function(){for(var e in this._update(),this._updateTransform(this._center,this._zoom),this._layers)this._layers[e]._reset()},_onZoomEnd:function(){for(var e in this._layers)this._layers[e]._project()},_updatePaths:function(){for(var e in this._layers)this._layers[e]._update()},_update:function(){var e=this.options.padding,t=this._map.getSize(),n=this._map.containerPointToLayerPoint(t.multiplyBy(-e)).round();this._bounds=new k(n,n.add(t.multiplyBy(1+e*2)).round()),this._center=this._map.getCenter(),this._zoom=this._map.getZoom()}}),Zr=Xr.extend({options:{tolerance:0},getEvents:function(){var e=Xr.prototype.getEvents.call(this);return e.viewprereset=this._onViewPreReset,e},_onViewPreReset:function(){this._postponeUpdatePaths=!0},onAdd:function(){Xr.prototype.onAdd.call(this),this._draw()},_initContainer:function(){var e=this._container=document.createElement(`canvas`);G(e,`mousemove`,this._onMouseMove,this),G(e,`click dblclick mousedown mouseup contextmenu`,this._onClick,this),G(e,`mouseout`,this._handleMouseOut,this),e._leaflet_disable_events=!0,this._ctx=e.getContext(`2d`)},_destroyContainer:function(){T(this._redrawRequest),delete this._ctx,B(this._container),q(this._container),delete this._container},_updatePaths:function(){if(!this._postponeUpdatePaths){var e;for(var t in this._redrawBounds=null,this._layers)e=this._layers[t],e._update();this._redraw()}},_update:function(){if(!(this._map._animatingZoom&&this._bounds)){Xr.prototype._update.call(this);var e=this._bounds,t=this._container,n=e.getSize(),r=R.retina?2:1;W(t,e.min),t.width=r*n.x,t.height=r*n.y,t.style.width=n.x+`px`,t.style.height=n.y+`px`,R.retina&&this._ctx.scale(2,2),this._ctx.translate(-e.min.x,-e.min.y),this.fire(`update`)}},_reset:function(){Xr.prototype._reset.call(this),this._postponeUpdatePaths&&(this._postponeUpdatePaths=!1,this._updatePaths())},_initPath:function(e){this._updateDashArray(e),this._layers[y(e)]=e;var t=e._order={layer:e,prev:this._drawLast,next:null};this._drawLast&&(this._drawLast.next=t),this._drawLast=t,this._drawFirst=this._drawFirst||this._drawLast},_addPath:function(e){this._requestRedraw(e)},_removePath:function(e){var t=e._order,n=t.next,r=t.prev;n?n.prev=r:this._drawLast=r,r?r.next=n:this._drawFirst=n,delete e._order,delete this._layers[y(e)],this._requestRedraw(e)},_updatePath:function(e){this._extendRedrawBounds(e),e._project(),e._update(),this._requestRedraw(e)},_updateStyle:function(e){this._updateDashArray(e),this._requestRedraw(e)},_updateDashArray:function(e){if(typeof e.options.dashArray==`string`){for(var t=e.options.dashArray.split(/[, ]+/),n=[],r,i=0;i<t.length;i++){if(r=Number(t[i]),isNaN(r))return;n.push(r)}e.options._dashArray=n}else e.options._dashArray=e.options.dashArray},_requestRedraw:function(e){this._map&&(this._extendRedrawBounds(e),this._redrawRequest=this._redrawRequest||w(this._redraw,this))},_extendRedrawBounds:function(e){if(e._pxBounds){var t=(e.options.weight||0)+1;this._redrawBounds=this._redrawBounds||new k,this._redrawBounds.extend(e._pxBounds.min.subtract([t,t])),this._redrawBounds.extend(e._pxBounds.max.add([t,t]))}},_redraw:function(){this._redrawRequest=null,this._redrawBounds&&(this._redrawBounds.min._floor(),this._redrawBounds.max._ceil()),this._clear(),this._draw(),this._redrawBounds=null},_clear:function(){var e=this._redrawBounds;if(e){var t=e.getSize();this._ctx.clearRect(e.min.x,e.min.y,t.x,t.y)}else this._ctx.save(),this._ctx.setTransform(1,0,0,1,0,0),this._ctx.clearRect(0,0,this._container.width,this._container.height),this._ctx.restore()},_draw:function(){var e,t=this._redrawBounds;if(this._ctx.save(),t){var n=t.getSize();this._ctx.beginPath(),this._ctx.rect(t.min.x,t.min.y,n.x,n.y),this._ctx.clip()}this._drawing=!0;for(var r=this._drawFirst;r;r=r.next)e=r.layer,(!t||e._pxBounds&&e._pxBounds.intersects(t))&&e._updatePath();this._drawing=!1,this._ctx.restore()},_updatePoly:function(e,t){if(this._drawing){var n,r,i,a,o=e._parts,s=o.length,c=this._ctx;if(s){for(c.beginPath(),n=0;n<s;n++){for(r=0,i=o[n].length;r<i;r++)a=o[n][r],c[r?`lineTo`:`moveTo`](a.x,a.y);t&&c.closePath()}this._fillStroke(c,e)}}},_updateCircle:function(e){if(this._drawing&&!e._empty()){var t=e._point,n=this._ctx,r=Math.max(Math.round(e._radius),1),i=(Math.max(Math.round(e._radiusY),1)||r)/r;i!==1&&(n.save(),n.scale(1,i)),n.beginPath(),n.arc(t.x,t.y/i,r,0,Math.PI*2,!1),i!==1&&n.restore(),this._fillStroke(n,e)}},_fillStroke:function(e,t){var n=t.options;n.fill&&(e.globalAlpha=n.fillOpacity,e.fillStyle=n.fillColor||n.color,e.fill(n.fillRule||`evenodd`)),n.stroke&&n.weight!==0&&(e.setLineDash&&e.setLineDash(t.options&&t.options._dashArray||[]),e.globalAlpha=n.opacity,e.lineWidth=n.weight,e.strokeStyle=n.color,e.lineCap=n.lineCap,e.lineJoin=n.lineJoin,e.stroke())},_onClick:function(e){for(var t=this._map.mouseEventToLayerPoint(e),n,r,i=this._drawFirst;i;i=i.next)n=i.layer,n.options.interactive&&n._containsPoint(t)&&(e.type!==`click`&&e.type!==`preclick`||!this._map._draggableMoved(n))&&(r=n);this._fireEvent(r?[r]:!1,e)},_onMouseMove:function(e){if(!(!this._map||this._map.dragging.moving()||this._map._animatingZoom)){var t=this._map.mouseEventToLayerPoint(e);this._handleMouseHover(e,t)}},_handleMouseOut:function(e){var t=this._hoveredLayer;t&&(H(this._container,`leaflet-interactive`),this._fireEvent([t],e,`mouseout`),this._hoveredLayer=null,this._mouseHoverThrottled=!1)},_handleMouseHover:function(e,t){if(!this._mouseHoverThrottled){for(var n,r,i=this._drawFirst;i;i=i.next)n=i.layer,n.options.interactive&&n._containsPoint(t)&&(r=n);r!==this._hoveredLayer&&(this._handleMouseOut(e),r&&(V(this._container,`leaflet-interactive`),this._fireEvent([r],e,`mouseover`),this._hoveredLayer=r)),this._fireEvent(this._hoveredLayer?[this._hoveredLayer]:!1,e),this._mouseHoverThrottled=!0,setTimeout(v(function(){this._mouseHoverThrottled=!1},this),32)}},_fireEvent:function(e,t,n){this._map._fireDOMEvent(t,n||t.type,e)},_bringToFront:function(e){var t=e._order;if(t){var n=t.next,r=t.prev;if(n)n.prev=r;else return;r?r.next=n:n&&(this._drawFirst=n),t.prev=this._drawLast,this._drawLast.next=t,t.next=null,this._drawLast=t,this._requestRedraw(e)}},_bringToBack:function(e){var t=e._order;if(t){var n=t.next,r=t.prev;if(r)r.next=n;else return;n?n.prev=r:r&&(this._drawLast=r),t.prev=null,t.next=this._drawFirst,this._drawFirst.prev=t,this._drawFirst=t,this._requestRedraw(e)}}});function Qr(e){return R.canvas?new Zr(e):null}var $r=(function(){try{return document.namespaces.add(`lvml`,`urn:schemas-microsoft-com:vml`),function(e){return document.createElement(`<lvml:`+e+` class="lvml">`)}}catch{}return function(e){return document.createElement(`<`+e+` xmlns="urn:schemas-microsoft.com:vml" class="lvml">`)}})(),ei={_initContainer:function(){this._container=z(`div`,`leaflet-vml-container`)},_update:function(){this._map._animatingZoom||(Xr.prototype._update.call(this),this.fire(`update`))},_initPath:function(e){var t=e._container=$r(`shape`);V(t,`leaflet-vml-shape `+(this.options.className||``)),t.coordsize=`1 1`,e._path=$r(`path`),t.appendChild(e._path),this._updateStyle(e),this._layers[y(e)]=e},_addPath:function(e){var t=e._container;this._container.appendChild(t),e.options.interactive&&e.addInteractiveTarget(t)},_removePath:function(e){var t=e._container;B(t),e.removeInteractiveTarget(t),delete this._layers[y(e)]},_updateStyle:function(e){var t=e._stroke,n=e._fill,r=e.options,i=e._container;i.stroked=!!r.stroke,i.filled=!!r.fill,r.stroke?(t||=e._stroke=$r(`stroke`),i.appendChild(t),t.weight=r.weight+`px`,t.color=r.color,t.opacity=r.opacity,r.dashArray?t.dashStyle=C(r.dashArray)?r.dashArray.join(` `):r.dashArray.replace(/( *, *)/g,` `):t.dashStyle=``,t.endcap=r.lineCap.replace(`butt`,`flat`),t.joinstyle=r.lineJoin):t&&(i.removeChild(t),e._stroke=null),r.fill?(n||=e._fill=$r(`fill`),i.appendChild(n),n.color=r.fillColor||r.color,n.opacity=r.fillOpacity):n&&(i.removeChild(n),e._fill=null)},_updateCircle:function(e){var t=e._point.round(),n=Math.round(e._radius),r=Math.round(e._radiusY||n);this._setPath(e,e._empty()?`M0 0`:`AL `+t.x+`,`+t.y+` `+n+`,`+r+` 0,23592600`)},_setPath:function(e,t){e._path.v=t},_bringToFront:function(e){fn(e._container)},_bringToBack:function(e){pn(e._container)}},ti=R.vml?$r:et,ni=Xr.extend({_initContainer:function(){this._container=ti(`svg`),this._container.setAttribute(`pointer-events`,`none`),this._rootGroup=ti(`g`),this._container.appendChild(this._rootGroup)},_destroyContainer:function(){B(this._container),q(this._container),delete this._container,delete this._rootGroup,delete this._svgSize},_update:function(){if(!(this._map._animatingZoom&&this._bounds)){Xr.prototype._update.call(this);var e=this._bounds,t=e.getSize(),n=this._container;this._svgSize&&this._svgSize.equals(t)||(this._svgSize=t,n.setAttribute(`width`,t.x),n.setAttribute(`height`,t.y)),W(n,e.min),n.setAttribute(`viewBox`,[e.min.x,e.min.y,t.x,t.y].join(` `)),this.fire(`update`)}},_initPath:function(e){var t=e._path=ti(`path`);e.options.className&&V(t,e.options.className),e.options.interactive&&V(t,`leaflet-interactive`),this._updateStyle(e),this._layers[y(e)]=e},_addPath:function(e){this._rootGroup||this._initContainer(),this._rootGroup.appendChild(e._path),e.addInteractiveTarget(e._path)},_removePath:function(e){B(e._path),e.removeInteractiveTarget(e._path),delete this._layers[y(e)]},_updatePath:function(e){e._project(),e._update()},_updateStyle:function(e){var t=e._path,n=e.options;t&&(n.stroke?(t.setAttribute(`stroke`,n.color),t.setAttribute(`stroke-opacity`,n.opacity),t.setAttribute(`stroke-width`,n.weight),t.setAttribute(`stroke-linecap`,n.lineCap),t.setAttribute(`stroke-linejoin`,n.lineJoin),n.dashArray?t.setAttribute(`stroke-dasharray`,n.dashArray):t.removeAttribute(`stroke-dasharray`),n.dashOffset?t.setAttribute(`stroke-dashoffset`,n.dashOffset):t.removeAttribute(`stroke-dashoffset`)):t.setAttribute(`stroke`,`none`),n.fill?(t.setAttribute(`fill`,n.fillColor||n.color),t.setAttribute(`fill-opacity`,n.fillOpacity),t.setAttribute(`fill-rule`,n.fillRule||`evenodd`)):t.setAttribute(`fill`,`none`))},_updatePoly:function(e,t){this._setPath(e,tt(e._parts,t))},_updateCircle:function(e){var t=e._point,n=Math.max(Math.round(e._radius),1),r=Math.max(Math.round(e._radiusY),1)||n,i=`a`+n+`,`+r+` 0 1,0 `,a=e._empty()?`M0 0`:`M`+(t.x-n)+`,`+t.y+i+n*2+`,0 `+i+-n*2+`,0 `;this._setPath(e,a)},_setPath:function(e,t){e._path.setAttribute(`d`,t)},_bringToFront:function(e){fn(e._path)},_bringToBack:function(e){pn(e._path)}});R.vml&&ni.include(ei);function ri(e){return R.svg||R.vml?new ni(e):null}Y.include({getRenderer:function(e){var t=e.options.renderer||this._getPaneRenderer(e.options.pane)||this.options.renderer||this._renderer;return t||=this._renderer=this._createRenderer(),this.hasLayer(t)||this.addLayer(t),t},_getPaneRenderer:function(e){if(e===`overlayPane`||e===void 0)return!1;var t=this._paneRenderers[e];return t===void 0&&(t=this._createRenderer({pane:e}),this._paneRenderers[e]=t),t},_createRenderer:function(e){return this.options.preferCanvas&&Qr(e)||ri(e)}}),Mr.extend({initialize:function(e,t){Mr.prototype.initialize.call(this,this._boundsToLatLngs(e),t)},setBounds:function(e){return this.setLatLngs(this._boundsToLatLngs(e))},_boundsToLatLngs:function(e){return e=M(e),[e.getSouthWest(),e.getNorthWest(),e.getNorthEast(),e.getSouthEast()]}}),ni.create=ti,ni.pointsToPath=tt,Nr.geometryToLayer=Pr,Nr.coordsToLatLng=Ir,Nr.coordsToLatLngs=Lr,Nr.latLngToCoords=Rr,Nr.latLngsToCoords=zr,Nr.getFeature=Br,Nr.asFeature=Vr,Y.mergeOptions({boxZoom:!0});var ii=Qn.extend({initialize:function(e){this._map=e,this._container=e._container,this._pane=e._panes.overlayPane,this._resetStateTimeout=0,e.on(`unload`,this._destroy,this)},addHooks:function(){G(this._container,`mousedown`,this._onMouseDown,this)},removeHooks:function(){q(this._container,`mousedown`,this._onMouseDown,this)},moved:function(){return this._moved},_destroy:function(){B(this._pane),delete this._pane},_resetState:function(){this._resetStateTimeout=0,this._moved=!1},_clearDeferredResetState:function(){this._resetStateTimeout!==0&&(clearTimeout(this._resetStateTimeout),this._resetStateTimeout=0)},_onMouseDown:function(e){if(!e.shiftKey||e.which!==1&&e.button!==1)return!1;this._clearDeferredResetState(),this._resetState(),xn(),Tn(),this._startPoint=this._map.mouseEventToContainerPoint(e),G(document,{contextmenu:Vn,mousemove:this._onMouseMove,mouseup:this._onMouseUp,keydown:this._onKeyDown},this)},_onMouseMove:function(e){this._moved||(this._moved=!0,this._box=z(`div`,`leaflet-zoom-box`,this._container),V(this._container,`leaflet-crosshair`),this._map.fire(`boxzoomstart`)),this._point=this._map.mouseEventToContainerPoint(e);var t=new k(this._point,this._startPoint),n=t.getSize();W(this._box,t.min),this._box.style.width=n.x+`px`,this._box.style.height=n.y+`px`},_finish:function(){this._moved&&(B(this._box),H(this._container,`leaflet-crosshair`)),Sn(),En(),q(document,{contextmenu:Vn,mousemove:this._onMouseMove,mouseup:this._onMouseUp,keydown:this._onKeyDown},this)},_onMouseUp:function(e){if((e.which===1||e.button===1)&&(this._finish(),this._moved)){this._clearDeferredResetState(),this._resetStateTimeout=setTimeout(v(this._resetState,this),0);var t=new j(this._map.containerPointToLatLng(this._startPoint),this._map.containerPointToLatLng(this._point));this._map.fitBounds(t).fire(`boxzoomend`,{boxZoomBounds:t})}},_onKeyDown:function(e){e.keyCode===27&&(this._finish(),this._clearDeferredResetState(),this._resetState())}});Y.addInitHook(`addHandler`,`boxZoom`,ii),Y.mergeOptions({doubleClickZoom:!0});var ai=Qn.extend({addHooks:function(){this._map.on(`dblclick`,this._onDoubleClick,this)},removeHooks:function(){this._map.off(`dblclick`,this._onDoubleClick,this)},_onDoubleClick:function(e){var t=this._map,n=t.getZoom(),r=t.options.zoomDelta,i=e.originalEvent.shiftKey?n-r:n+r;t.options.doubleClickZoom===`center`?t.setZoom(i):t.setZoomAround(e.containerPoint,i)}});Y.addInitHook(`addHandler`,`doubleClickZoom`,ai),Y.mergeOptions({dragging:!0,inertia:!0,inertiaDeceleration:3400,inertiaMaxSpeed:1/0,easeLinearity:.2,worldCopyJump:!1,maxBoundsViscosity:0});var oi=Qn.extend({addHooks:function(){if(!this._draggable){var e=this._map;this._draggable=new er(e._mapPane,e._container),this._draggable.on({dragstart:this._onDragStart,drag:this._onDrag,dragend:this._onDragEnd},this),this._draggable.on(`predrag`,this._onPreDragLimit,this),e.options.worldCopyJump&&(this._draggable.on(`predrag`,this._onPreDragWrap,this),e.on(`zoomend`,this._onZoomEnd,this),e.whenReady(this._onZoomEnd,this))}V(this._map._container,`leaflet-grab leaflet-touch-drag`),this._draggable.enable(),this._positions=[],this._times=[]},removeHooks:function(){H(this._map._container,`leaflet-grab`),H(this._map._container,`leaflet-touch-drag`),this._draggable.disable()},moved:function(){return this._draggable&&this._draggable._moved},moving:function(){return this._draggable&&this._draggable._moving},_onDragStart:function(){var e=this._map;if(e._stop(),this._map.options.maxBounds&&this._map.options.maxBoundsViscosity){var t=M(this._map.options.maxBounds);this._offsetLimit=A(this._map.latLngToContainerPoint(t.getNorthWest()).multiplyBy(-1),this._map.latLngToContainerPoint(t.getSouthEast()).multiplyBy(-1).add(this._map.getSize())),this._viscosity=Math.min(1,Math.max(0,this._map.options.maxBoundsViscosity))}else this._offsetLimit=null;e.fire(`movestart`).fire(`dragstart`),e.options.inertia&&(this._positions=[],this._times=[])},_onDrag:function(e){if(this._map.options.inertia){var t=this._lastTime=+new Date,n=this._lastPos=this._draggable._absPos||this._draggable._newPos;this._positions.push(n),this._times.push(t),this._prunePositions(t)}this._map.fire(`move`,e).fire(`drag`,e)},_prunePositions:function(e){for(;this._positions.length>1&&e-this._times[0]>50;)this._positions.shift(),this._times.shift()},_onZoomEnd:function(){var e=this._map.getSize().divideBy(2),t=this._map.latLngToLayerPoint([0,0]);this._initialWorldOffset=t.subtract(e).x,this._worldWidth=this._map.getPixelWorldBounds().getSize().x},_viscousLimit:function(e,t){return e-(e-t)*this._viscosity},_onPreDragLimit:function(){if(this._viscosity&&this._offsetLimit){var e=this._draggable._newPos.subtract(this._draggable._startPos),t=this._offsetLimit;e.x<t.min.x&&(e.x=this._viscousLimit(e.x,t.min.x)),e.y<t.min.y&&(e.y=this._viscousLimit(e.y,t.min.y)),e.x>t.max.x&&(e.x=this._viscousLimit(e.x,t.max.x)),e.y>t.max.y&&(e.y=this._viscousLimit(e.y,t.max.y)),this._draggable._newPos=this._draggable._startPos.add(e)}},_onPreDragWrap:function(){var e=this._worldWidth,t=Math.round(e/2),n=this._initialWorldOffset,r=this._draggable._newPos.x,i=(r-t+n)%e+t-n,a=(r+t+n)%e-t-n,o=Math.abs(i+n)<Math.abs(a+n)?i:a;this._draggable._absPos=this._draggable._newPos.clone(),this._draggable._newPos.x=o},_onDragEnd:function(e){var t=this._map,n=t.options,r=!n.inertia||e.noInertia||this._times.length<2;if(t.fire(`dragend`,e),r)t.fire(`moveend`);else{this._prunePositions(+new Date);var i=this._lastPos.subtract(this._positions[0]),a=(this._lastTime-this._times[0])/1e3,o=n.easeLinearity,s=i.multiplyBy(o/a),c=s.distanceTo([0,0]),l=Math.min(n.inertiaMaxSpeed,c),u=s.multiplyBy(l/c),d=l/(n.inertiaDeceleration*o),f=u.multiplyBy(-d/2).round();!f.x&&!f.y?t.fire(`moveend`):(f=t._limitOffset(f,t.options.maxBounds),w(function(){t.panBy(f,{duration:d,easeLinearity:o,noMoveStart:!0,animate:!0})}))}}});Y.addInitHook(`addHandler`,`dragging`,oi),Y.mergeOptions({keyboard:!0,keyboardPanDelta:80});var si=Qn.extend({keyCodes:{left:[37],right:[39],down:[40],up:[38],zoomIn:[187,107,61,171],zoomOut:[189,109,54,173]},initialize:function(e){this._map=e,this._setPanDelta(e.options.keyboardPanDelta),this._setZoomDelta(e.options.zoomDelta)},addHooks:function(){var e=this._map._container;e.tabIndex<=0&&(e.tabIndex=`0`),G(e,{focus:this._onFocus,blur:this._onBlur,mousedown:this._onMouseDown},this),this._map.on({focus:this._addHooks,blur:this._removeHooks},this)},removeHooks:function(){this._removeHooks(),q(this._map._container,{focus:this._onFocus,blur:this._onBlur,mousedown:this._onMouseDown},this),this._map.off({focus:this._addHooks,blur:this._removeHooks},this)},_onMouseDown:function(){if(!this._focused){var e=document.body,t=document.documentElement,n=e.scrollTop||t.scrollTop,r=e.scrollLeft||t.scrollLeft;this._map._container.focus(),window.scrollTo(r,n)}},_onFocus:function(){this._focused=!0,this._map.fire(`focus`)},_onBlur:function(){this._focused=!1,this._map.fire(`blur`)},_setPanDelta:function(e){for(var t=this._panKeys={},n=this.keyCodes,r=0,i=n.left.length;r<i;r++)t[n.left[r]]=[-1*e,0];for(r=0,i=n.right.length;r<i;r++)t[n.right[r]]=[e,0];for(r=0,i=n.down.length;r<i;r++)t[n.down[r]]=[0,e];for(r=0,i=n.up.length;r<i;r++)t[n.up[r]]=[0,-1*e]},_setZoomDelta:function(e){for(var t=this._zoomKeys={},n=this.keyCodes,r=0,i=n.zoomIn.length;r<i;r++)t[n.zoomIn[r]]=e;for(r=0,i=n.zoomOut.length;r<i;r++)t[n.zoomOut[r]]=-e},_addHooks:function(){G(document,`keydown`,this._onKeyDown,this)},_removeHooks:function(){q(document,`keydown`,this._onKeyDown,this)},_onKeyDown:function(e){if(!(e.altKey||e.ctrlKey||e.metaKey)){var t=e.keyCode,n=this._map,r;if(t in this._panKeys){if(!n._panAnim||!n._panAnim._inProgress){if(r=this._panKeys[t],e.shiftKey&&(r=O(r).multiplyBy(3)),n.options.maxBounds&&(r=n._limitOffset(O(r),n.options.maxBounds)),n.options.worldCopyJump){var i=n.wrapLatLng(n.unproject(n.project(n.getCenter()).add(r)));n.panTo(i)}else n.panBy(r)}}else if(t in this._zoomKeys)n.setZoom(n.getZoom()+(e.shiftKey?3:1)*this._zoomKeys[t]);else if(t===27&&n._popup&&n._popup.options.closeOnEscapeKey)n.closePopup();else return;Vn(e)}}});Y.addInitHook(`addHandler`,`keyboard`,si),Y.mergeOptions({scrollWheelZoom:!0,wheelDebounceTime:40,wheelPxPerZoomLevel:60});var ci=Qn.extend({addHooks:function(){G(this._map._container,`wheel`,this._onWheelScroll,this),this._delta=0},removeHooks:function(){q(this._map._container,`wheel`,this._onWheelScroll,this)},_onWheelScroll:function(e){var t=Gn(e),n=this._map.options.wheelDebounceTime;this._delta+=t,this._lastMousePos=this._map.mouseEventToContainerPoint(e),this._startTime||=+new Date;var r=Math.max(n-(+new Date-this._startTime),0);clearTimeout(this._timer),this._timer=setTimeout(v(this._performZoom,this),r),Vn(e)},_performZoom:function(){var e=this._map,t=e.getZoom(),n=this._map.options.zoomSnap||0;e._stop();var r=this._delta/(this._map.options.wheelPxPerZoomLevel*4),i=4*Math.log(2/(1+Math.exp(-Math.abs(r))))/Math.LN2,a=n?Math.ceil(i/n)*n:i,o=e._limitZoom(t+(this._delta>0?a:-a))-t;this._delta=0,this._startTime=null,o&&(e.options.scrollWheelZoom===`center`?e.setZoom(t+o):e.setZoomAround(this._lastMousePos,t+o))}});Y.addInitHook(`addHandler`,`scrollWheelZoom`,ci);var li=600;Y.mergeOptions({tapHold:R.touchNative&&R.safari&&R.mobile,tapTolerance:15});var ui=Qn.extend({addHooks:function(){G(this._map._container,`touchstart`,this._onDown,this)},removeHooks:function(){q(this._map._container,`touchstart`,this._onDown,this)},_onDown:function(e){if(clearTimeout(this._holdTimeout),e.touches.length===1){var t=e.touches[0];this._startPos=this._newPos=new D(t.clientX,t.clientY),this._holdTimeout=setTimeout(v(function(){this._cancel(),this._isTapValid()&&(G(document,`touchend`,J),G(document,`touchend touchcancel`,this._cancelClickPrevent),this._simulateEvent(`contextmenu`,t))},this),li),G(document,`touchend touchcancel contextmenu`,this._cancel,this),G(document,`touchmove`,this._onMove,this)}},_cancelClickPrevent:function e(){q(document,`touchend`,J),q(document,`touchend touchcancel`,e)},_cancel:function(){clearTimeout(this._holdTimeout),q(document,`touchend touchcancel contextmenu`,this._cancel,this),q(document,`touchmove`,this._onMove,this)},_onMove:function(e){var t=e.touches[0];this._newPos=new D(t.clientX,t.clientY)},_isTapValid:function(){return this._newPos.distanceTo(this._startPos)<=this._map.options.tapTolerance},_simulateEvent:function(e,t){var n=new MouseEvent(e,{bubbles:!0,cancelable:!0,view:window,screenX:t.screenX,screenY:t.screenY,clientX:t.clientX,clientY:t.clientY});n._simulated=!0,t.target.dispatchEvent(n)}});Y.addInitHook(`addHandler`,`tapHold`,ui),Y.mergeOptions({touchZoom:R.touch,bounceAtZoomLimits:!0});var di=Qn.extend({addHooks:function(){V(this._map._container,`leaflet-touch-zoom`),G(this._map._container,`touchstart`,this._onTouchStart,this)},removeHooks:function(){H(this._map._container,`leaflet-touch-zoom`),q(this._map._container,`touchstart`,this._onTouchStart,this)},_onTouchStart:function(e){var t=this._map;if(!(!e.touches||e.touches.length!==2||t._animatingZoom||this._zooming)){var n=t.mouseEventToContainerPoint(e.touches[0]),r=t.mouseEventToContainerPoint(e.touches[1]);this._centerPoint=t.getSize()._divideBy(2),this._startLatLng=t.containerPointToLatLng(this._centerPoint),t.options.touchZoom!==`center`&&(this._pinchStartLatLng=t.containerPointToLatLng(n.add(r)._divideBy(2))),this._startDist=n.distanceTo(r),this._startZoom=t.getZoom(),this._moved=!1,this._zooming=!0,t._stop(),G(document,`touchmove`,this._onTouchMove,this),G(document,`touchend touchcancel`,this._onTouchEnd,this),J(e)}},_onTouchMove:function(e){if(e.touches&&e.touches.length===2&&this._zooming){var t=this._map,n=t.mouseEventToContainerPoint(e.touches[0]),r=t.mouseEventToContainerPoint(e.touches[1]),i=n.distanceTo(r)/this._startDist;if(this._zoom=t.getScaleZoom(i,this._startZoom),!t.options.bounceAtZoomLimits&&(this._zoom<t.getMinZoom()&&i<1||this._zoom>t.getMaxZoom()&&i>1)&&(this._zoom=t._limitZoom(this._zoom)),t.options.touchZoom===`center`){if(this._center=this._startLatLng,i===1)return}else{var a=n._add(r)._divideBy(2)._subtract(this._centerPoint);if(i===1&&a.x===0&&a.y===0)return;this._center=t.unproject(t.project(this._pinchStartLatLng,this._zoom).subtract(a),this._zoom)}this._moved||=(t._moveStart(!0,!1),!0),T(this._animRequest);var o=v(t._move,t,this._center,this._zoom,{pinch:!0,round:!1},void 0);this._animRequest=w(o,this,!0),J(e)}},_onTouchEnd:function(){!this._moved||!this._zooming?this._zooming=!1:(this._zooming=!1,T(this._animRequest),q(document,`touchmove`,this._onTouchMove,this),q(document,`touchend touchcancel`,this._onTouchEnd,this),this._map.options.zoomAnimation?this._map._animateZoom(this._center,this._map._limitZoom(this._zoom),!0,this._map.options.zoomSnap):this._map._resetView(this._center,this._map._limitZoom(this._zoom)))}});Y.addInitHook(`addHandler`,`touchZoom`,di),Y.BoxZoom=ii,Y.DoubleClickZoom=ai,Y.Drag=oi,Y.Keyboard=si,Y.ScrollWheelZoom=ci,Y.TapHold=ui,Y.TouchZoom=di;var fi=[`circle`,`square`,`diamond`,`triangle`,`hexagon`,`drop`],pi=[0,0,0],mi=[255,255,255],hi=3;function gi(e,t){return e.map((e,n)=>{let r=yi(_i(e)??t.soft,t.paper),i=xi(r,mi)<xi(r,pi)?pi:mi;return{shape:fi[n%fi.length]??`circle`,fill:r,on:i}})}function _i(e){let t=/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(e.trim())?.[1];if(t!==void 0){let e=t.length===3?1:2,n=n=>parseInt(t.slice(n*e,(n+1)*e).repeat(e===1?2:1),16);return[n(0),n(1),n(2)]}let[n,r,i]=/^rgba?\(([^)]+)\)$/.exec(e.trim())?.[1]?.split(/[\s,/]+/).map(Number)??[];if(n!==void 0&&r!==void 0&&i!==void 0)return[n,r,i]}function vi([e,t,n],r=1){return`rgb(${e} ${t} ${n} / ${r})`}function yi(e,t){let n=xi(t,mi)<xi(t,pi)?pi:mi,r=e;for(let i=0;xi(r,t)<hi&&i<1;i+=.05)r=bi(e,n,i);return r}function bi(e,t,n){let r=r=>Math.round(e[r]+(t[r]-e[r])*n);return[r(0),r(1),r(2)]}function xi(e,t){let[n,r]=[Si(e),Si(t)].sort((e,t)=>e-t);return(r+.05)/(n+.05)}function Si([e,t,n]){let r=e=>{let t=e/255;return t<=.04045?t/12.92:((t+.055)/1.055)**2.4};return .2126*r(e)+.7152*r(t)+.0722*r(n)}function Ci(e,t,n,r,i){switch(t){case`circle`:e.moveTo(n+i,r),e.arc(n,r,i,0,2*Math.PI);break;case`square`:e.rect(n-i*.86,r-i*.86,i*1.72,i*1.72);break;case`drop`:e.moveTo(n+i,r),e.arc(n,r,i,0,1.5*Math.PI),e.lineTo(n+i,r-i),e.closePath();break;default:Ti(e,wi[t],n,r,i)}}var wi={diamond:[[0,-1.1],[1.1,0],[0,1.1],[-1.1,0]],triangle:[[0,-1.1],[1.08,.8],[-1.08,.8]],hexagon:[[1.05,0],[.52,.92],[-.52,.92],[-1.05,0],[-.52,-.92],[.52,-.92]]};function Ti(e,t,n,r,i){t.forEach(([t,a],o)=>{o===0?e.moveTo(n+t*i,r+a*i):e.lineTo(n+t*i,r+a*i)}),e.closePath()}var Ei=2.2,Di=256,Oi=4,ki=3,Ai=7.5,ji=.42,Mi=9,Ni=15,Pi=.6,Fi=`system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', sans-serif`;function Ii(e,t,n,r){let{canvas:i}=e;e.setTransform(1,0,0,1,0,0),e.clearRect(0,0,i.width,i.height);for(let i of t.drawings)Hi(e,i,n.palette,r);let[a]=t.seats;if(a===void 0)return Vi(e,t.words,n,r,1/0);let o=(n.plan.radius[a]??0)*r.scale;o<Ei?Li(e,t.seats,n,r):Ri(e,t.seats,n,r),Vi(e,t.words,n,r,o/r.density),Ai<=o/r.density&&Bi(e,t.seats,n,r)}function Li(e,t,n,r){let{plan:i,open:a,looks:o,palette:s}=n,{width:c,height:l}=e.canvas,u=e.createImageData(c,l),d=new Uint32Array(u.data.buffer),f=Ui(bi(s.paper,s.soft,.45)),p=o.map(e=>Ui(e.fill));for(let e of[0,1])for(let n of t){if(a[n]!==e)continue;let t=(i.radius[n]??0)*r.scale*(e===1?1:.7),o=Math.max(1,Math.round(2*t)),s=Math.round(((i.x[n]??0)-r.left)*r.scale-o/2),u=Math.round(((i.y[n]??0)-r.top)*r.scale-o/2),m=e===1?p[i.category[n]??0]??f:f;for(let e=Math.max(0,u);e<Math.min(l,u+o);e+=1){let t=e*c;d.fill(m,t+Math.max(0,s),t+Math.max(0,Math.min(c,s+o)))}}let m=Gi(c,l);m.putImageData(u,0,0),e.drawImage(m.canvas,0,0)}function Ri(e,t,n,r){let{plan:i,open:a,looks:o}=n,s=0;for(;s<t.length;){let n=i.category[t[s]??0]??0,c=o[n],l=Math.min(t.length,s+Di);for(e.beginPath();s<l&&i.category[t[s]??0]===n;s+=1){let n=t[s]??0;if(a[n]!==1||!c)continue;let o=((i.x[n]??0)-r.left)*r.scale,l=((i.y[n]??0)-r.top)*r.scale;Ci(e,c.shape,o,l,(i.radius[n]??0)*r.scale)}c&&(e.fillStyle=vi(c.fill)),e.fill()}zi(e,t,n,r)}function zi(e,t,n,r){let{plan:i,open:a,palette:o}=n;e.beginPath();let s=!1;for(let n of t){if(a[n]===1)continue;let t=((i.x[n]??0)-r.left)*r.scale,o=((i.y[n]??0)-r.top)*r.scale,c=(i.radius[n]??0)*r.scale,l=c*ji;s=Oi<=c/r.density,s?(e.moveTo(t-l,o-l),e.lineTo(t+l,o+l),e.moveTo(t+l,o-l),e.lineTo(t-l,o+l)):e.rect(t-l,o-l,2*l,2*l)}let c=vi(bi(o.paper,o.soft,.6));s?(e.strokeStyle=c,e.lineWidth=1.5*r.density,e.stroke()):(e.fillStyle=c,e.fill())}function Bi(e,t,n,r){let{plan:i,open:a,looks:o}=n;e.textAlign=`center`,e.textBaseline=`middle`;let s=-1;for(let n of t){let t=i.numbers[n]??``;if(a[n]!==1||t===``)continue;let c=(i.radius[n]??0)*r.scale;i.category[n]!==s&&(s=i.category[n]??0,e.fillStyle=vi(o[s]?.on??[0,0,0]),e.font=`${Math.round(c*.95)}px ${Fi}`);let l=((i.x[n]??0)-r.left)*r.scale,u=((i.y[n]??0)-r.top)*r.scale;e.fillText(t,l,u,c*1.7)}}function Vi(e,t,{palette:n},r,i){if(i<ki||i===1/0)return;e.textAlign=`center`,e.textBaseline=`middle`,e.fillStyle=vi(n.soft);let a=e=>`600 ${Math.round(e*r.density)}px ${Fi}`,o=Math.max(Mi,Math.min(Ni,i*1.25));for(let{x:n,y:i,text:s,room:c}of t){e.font=a(o);let t=c===void 0?1/0:c*r.scale,l=t/e.measureText(s).width;l<1&&(e.font=a(Math.max(Mi,o*l))),t<Pi*e.measureText(s).width||e.fillText(s,(n-r.left)*r.scale,(i-r.top)*r.scale,t)}}function Hi(e,t,n,r){let{rectangle:i,circle:a,ellipse:o,polygon:s,text:c}=t,{scale:l}=r;e.save(),e.translate((t.position.x-r.left)*l,(t.position.y-r.top)*l),e.rotate((t.rotation??0)*Math.PI/180),e.scale(l,l),e.beginPath(),i&&e.rect(0,0,i.width,i.height),a&&e.arc(0,0,a.radius,0,2*Math.PI),o&&e.ellipse(0,0,o.radius.x,o.radius.y,0,0,2*Math.PI),s?.points.forEach(({x:t,y:n})=>e.lineTo(t,n)),s&&e.closePath(),(i??a??o??s)&&(e.fillStyle=vi(bi(n.paper,n.line,.6)),e.fill(),e.strokeStyle=vi(n.soft,.5),e.lineWidth=r.density/l,e.stroke()),c?.text&&(e.font=`600 ${Math.max(c.size??16,13*r.density/l)}px ${Fi}`,e.textAlign=`center`,e.textBaseline=`middle`,e.fillStyle=vi(n.ink),e.fillText(c.text,c.position?.x??0,c.position?.y??0)),e.restore()}function Ui([e,t,n]){return(255<<24|n<<16|t<<8|e)>>>0}var Wi;function Gi(e,t){if(Wi??=document.createElement(`canvas`).getContext(`2d`)??void 0,!Wi)throw Error(`this browser has no canvas`);return(Wi.canvas.width!==e||Wi.canvas.height!==t)&&(Wi.canvas.width=e,Wi.canvas.height=t),Wi}var Ki=1,qi=2,Ji=3,Yi=4,Xi=5,Zi=new Uint8Array(256);[...`"[{]}`].forEach((e,t)=>Zi[e.charCodeAt(0)]=t+1);var Qi=34,$i=92,ea=class{constructor(e,t){this.depth=e,this.take=t,this.utf8=new TextDecoder,this.rest=new Uint8Array,this.around=``,this.level=0,this.inText=!1,this.escaped=!1,this.count=0}push(e){let t=ta(this.rest,e),{depth:n}=this,{level:r,inText:i,escaped:a}=this,o=0;for(let e=this.rest.length;e<t.length;e+=1){let s=t[e]??0;if(i){a?a=!1:s===$i?a=!0:s===Qi&&(i=!1);continue}let c=Zi[s];if(c!==0)switch(c){case Ki:i=!0;break;case qi:r+=1;break;case Ji:r+=1,r===n&&(this.around+=this.utf8.decode(t.subarray(o,e)),o=e);break;case Yi:--r;break;case Xi:r===n&&(this.take(JSON.parse(this.utf8.decode(t.subarray(o,e+1)))),this.around+=String(this.count),this.count+=1,o=e+1),--r}}this.level=r,this.inText=i,this.escaped=a,this.rest=t.slice(o)}end(){return JSON.parse(this.around+this.utf8.decode(this.rest))}};function ta(e,t){if(e.length===0)return t;let n=new Uint8Array(e.length+t.length);return n.set(e),n.set(t,e.length),n}var na=5,ra=1.8,ia=1024,aa=3,oa=class{constructor(){this.cutter=new ea(na,e=>this.take(e)),this.cuts=[],this.ids=[],this.labels=[],this.numbers=[],this.x=new Float32Array(ia),this.y=new Float32Array(ia),this.radius=new Float32Array(ia),this.apart=new Uint8Array(ia),this.category=new Uint16Array(ia),this.categoryNames=new Map,this.byId=new Map}push(e){this.cutter.push(e)}end(){let e=this.cutter.end(),t=new Uint32Array(this.ids.length),n=[],r=[],i=[];for(let a of e.zones){let e=r.length;for(let e of a.rows){let i=this.cuts[e];i.zone=n.length,t.fill(r.length,i.first,i.end),r.push(i);for(let e=i.first;e<i.end;e+=1)this.x[e]+=a.position.x,this.y[e]+=a.position.y}for(let e of a.areas){let t=this.cuts[e];i.push({...t,position:sa(t.position,a.position)})}n.push({name:a.name,first:e,end:r.length})}let a=this.ids.length,o={name:e.name,categories:this.categories(e.categories),zones:n,rows:r,drawings:i,size:a,ids:this.ids,labels:this.labels,numbers:this.numbers,x:this.x.slice(0,a),y:this.y.slice(0,a),radius:this.radius.slice(0,a),category:this.category.slice(0,a),row:t,apart:this.apart.slice(0,a),byId:this.byId};return{...o,bounds:ca(o)}}take(e){if(!(`seats`in e)){this.cuts.push(e);return}let t=this.ids.length;this.makeRoom(t+e.seats.length);for(let t of e.seats){let n=this.ids.length;this.byId.set(t.id,n),this.ids.push(t.id),this.labels.push(t.label),this.numbers.push(t.seat_number),this.x[n]=e.position.x+t.position.x,this.y[n]=e.position.y+t.position.y,this.radius[n]=t.radius,this.category[n]=this.categoryOf(t.category)}this.markApart(t),this.cuts.push({zone:0,number:e.row_number,first:t,end:this.ids.length})}categoryOf(e){let t=this.categoryNames.get(e);return t===void 0?(this.categoryNames.set(e,this.categoryNames.size),this.categoryNames.size-1):t}categories(e){let t=new Map(e.map(e=>[e.name,e.color]));return[...this.categoryNames.keys()].map(e=>({name:e,color:t.get(e)??``}))}markApart(e){let t=[];for(let n=e+1;n<this.ids.length;n+=1){let e=(this.x[n]??0)-(this.x[n-1]??0),r=(this.y[n]??0)-(this.y[n-1]??0);t.push(Math.sqrt(e*e+r*r))}let n=Float64Array.from(t).sort()[Math.floor((t.length-1)/2)]??0;t.forEach((t,r)=>{this.apart[e+1+r]=+(n>0&&t>n*ra)})}makeRoom(e){if(e<=this.x.length)return;let t=Math.max(e,2*this.x.length),n=(e,t)=>(e.set(t),e);this.x=n(new Float32Array(t),this.x),this.y=n(new Float32Array(t),this.y),this.radius=n(new Float32Array(t),this.radius),this.apart=n(new Uint8Array(t),this.apart),this.category=n(new Uint16Array(t),this.category)}};function sa(e,t){return{x:e.x+t.x,y:e.y+t.y}}function ca(e){let t={minX:1/0,minY:1/0,maxX:-1/0,maxY:-1/0},n=(e,n,r)=>{t.minX=Math.min(t.minX,e-r),t.minY=Math.min(t.minY,n-r),t.maxX=Math.max(t.maxX,e+r),t.maxY=Math.max(t.maxY,n+r)};for(let t=0;t<e.size;t+=1)n(e.x[t]??0,e.y[t]??0,aa*(e.radius[t]??0));for(let t of e.drawings){let{minX:e,minY:r,maxX:i,maxY:a}=la(t);n(e,r,0),n(i,a,0)}return e.size+e.drawings.length>0?t:{minX:0,minY:0,maxX:1,maxY:1}}function la(e){let{x:t,y:n}=e.position,{rectangle:r,circle:i,ellipse:a,polygon:o,text:s}=e,c=[{x:0,y:0}];r&&c.push({x:r.width,y:r.height});let l=i?{x:i.radius,y:i.radius}:a?.radius;if(l&&c.push({x:-l.x,y:-l.y},l),o&&c.push(...o.points),s?.text){let e=s.text.length*(s.size??16)*.5,t=s.position??{x:0,y:0};c.push({x:t.x-e,y:t.y-e},{x:t.x+e,y:t.y+e})}if(e.rotation){let e=Math.max(...c.map(e=>Math.hypot(e.x,e.y)));return{minX:t-e,minY:n-e,maxX:t+e,maxY:n+e}}return{minX:t+Math.min(...c.map(e=>e.x)),minY:n+Math.min(...c.map(e=>e.y)),maxX:t+Math.max(...c.map(e=>e.x)),maxY:n+Math.max(...c.map(e=>e.y))}}var ua=256,da=3,fa=56,pa=8,ma=40,ha=14,ga=5,_a=4,va=16,ya=24,ba=900,xa=40,Sa=class extends Jr{constructor(e){super({tileSize:ua,keepBuffer:1,updateWhenZooming:!1}),this.make=e}createTile(e,t){return this.make(e,t)}},Ca=class{constructor(e,t,n,r,i){this.container=e,this.plan=t,this.house=n,this.places=r,this.events=i,this.tiles=new Map,this.queue=new Set,this.marks=new Map,this.fades=new Map,this.base=1,this.frame=0,this.ready=new Promise(e=>this.painted=e),this.palette=Ea(e),this.looks=this.looksNow(),this.radius=t.size>0?t.radius[0]??10:10,this.drawings=t.drawings.map(e=>({drawing:e,bounds:la(e)})),this.crs=He.extend({},F.Simple,{transformation:new Xe(1,0,1,0)}),this.map=new Y(e,{crs:this.crs,attributionControl:!1,zoomControl:!1,fadeAnimation:!1,doubleClickZoom:!1,maxBoundsViscosity:.8,wheelPxPerZoomLevel:90}),this.layer=this.makeLayer(),this.fit(),this.layer.addTo(this.map),this.listen(),this.wake()}fit(){let{minX:e,minY:t,maxX:n,maxY:r}=this.plan.bounds,i=this.map.getSize(),a=Math.min(i.x/(n-e),(i.y-fa)/(r-t));this.base=Number.isFinite(a)&&0<a?a:1,this.crs.transformation=new Xe(this.base,0,this.base,0);let o=Math.ceil(Math.log2(ha/(this.radius*this.base)));this.map.setMinZoom(0),this.map.setMaxZoom(Math.max(0,o));let s=r+fa/this.base;this.map.setMaxBounds([[t,e],[s,n]]);let c=new N((t+s)/2,(e+n)/2);this.map.setView(c,0,{animate:!1}),this.layer.redraw(),this.placeMarks()}zoom(e){this.map.setZoom(this.map.getZoom()+e)}show(e){let t=this.latLng(e),n=this.map.getMaxZoom()-1;this.map.getZoom()<n?this.map.setView(t,Math.max(0,n)):this.map.getBounds().pad(-.1).contains(t)||this.map.panTo(t)}resize(){if(this.container.clientWidth===0||this.container.clientHeight===0)return;let e=this.map.getZoom()===0;this.map.invalidateSize({animate:!1,pan:!e}),e&&this.fit()}recolor(){this.palette=Ea(this.container),this.looks.splice(0,this.looks.length,...this.looksNow());for(let e of this.tiles.values())this.queue.add(e);this.wake()}change(e){for(let t of this.tiles.values()){let{bounds:n}=t;n&&e.some(e=>this.isIn(n,e))&&this.queue.add(t)}for(let t of e)this.house.isOpen(t)||this.fade(t);this.wake()}mark(e,t){let n=new Set(t);for(let[t,r]of this.marks)r.mark!==e||n.delete(r.seat)||(r.marker.remove(),this.marks.delete(t));for(let t of n){let n=this.marker(t,this.markIcon(e));this.marks.set(`${e}-${t}`,{seat:t,mark:e,marker:n})}}destroy(){cancelAnimationFrame(this.frame),this.map.remove()}looksNow(){return gi(this.plan.categories.map(({color:e})=>Oa(e)),this.palette)}makeLayer(){let e=new Sa((e,t)=>{let n=Nn.create(`canvas`,`leaflet-tile`),r=Math.min(da,window.devicePixelRatio||1);n.width=ua*r,n.height=ua*r;let i={canvas:n,coords:e,done:t};return this.tiles.set(n,i),this.queue.add(i),this.wake(),n});return e.on(`tileunload`,({tile:e})=>{let t=this.tiles.get(e);t&&this.queue.delete(t),this.tiles.delete(e)}),e}listen(){let{map:e,events:t}=this;e.on(`click`,e=>this.click(e)),e.on(`mousemove`,e=>{let n=this.seatAt(e.latlng,_a);this.container.classList.toggle(`over`,n!==void 0&&this.isLarge()),t.hover(n,e.containerPoint.x,e.containerPoint.y)}),e.on(`mouseout movestart zoomstart`,()=>t.hover(void 0,0,0)),e.on(`zoomstart`,()=>{for(let e of this.fades.keys())this.endFade(e)}),e.on(`zoomend`,()=>this.placeMarks())}click({latlng:e}){let t=this.seatAt(e,8);this.isLarge()?t!==void 0&&this.events.pick(t):this.map.setView(e,Math.min(this.map.getMaxZoom(),this.map.getZoom()+2))}seatAt({lat:e,lng:t},n){return this.places.at(t,e,n/this.scale())}isLarge(){return ga<=this.radius*this.scale()||this.map.getZoom()===this.map.getMaxZoom()}scale(e=this.map.getZoom()){return this.base*2**e}latLng(e){return new N(this.plan.y[e]??0,this.plan.x[e]??0)}wake(){this.frame===0&&(this.frame=requestAnimationFrame(()=>this.work()))}work(){this.frame=0;let e=this.painted?ma:pa,t=performance.now()+e;for(let e of this.queue)if(this.queue.delete(e),this.paint(e),t<=performance.now())break;if(0<this.queue.size)return this.wake();this.painted?.(),this.painted=void 0}paint(e){let{canvas:t,coords:n}=e,r=t.getContext(`2d`,{willReadFrequently:!0});if(!r)throw Error(`this browser has no canvas`);let i=this.scale(n.z),a=n.x*ua/i,o=n.y*ua/i,s=ua/i;e.bounds??={minX:a,minY:o,maxX:a+s,maxY:o+s},e.content??=this.content(e.bounds,i);let c=t.width/ua,{plan:l,house:u,looks:d,palette:f}=this,p={plan:l,open:u.open,looks:d,palette:f};Ii(r,e.content,p,{left:a,top:o,scale:i*c,density:c}),e.done?.(void 0,t),e.done=void 0}content(e,t){let n=wa(e,xa/t);return{seats:this.places.within(wa(e,2/t)),words:this.places.wordsWithin(n),drawings:this.drawings.filter(({bounds:e})=>Ta(e,n)).map(({drawing:e})=>e)}}isIn({minX:e,minY:t,maxX:n,maxY:r},i){let[a,o,s]=[this.plan.x[i]??0,this.plan.y[i]??0,this.plan.radius[i]??0];return e<=a+s&&a-s<=n&&t<=o+s&&o-s<=r}marker(e,t){let n={icon:t,interactive:!1,keyboard:!1,zIndexOffset:100};return new Dr(this.latLng(e),n).addTo(this.map)}markIcon(e){let t=Math.max(va,Math.round(2.5*this.radius*this.scale()));return new qr({className:`mark ${e}`,iconSize:[t,t]})}placeMarks(){for(let{mark:e,marker:t}of this.marks.values())t.setIcon(this.markIcon(e))}fade(e){let t=this.latLng(e),n=this.radius*this.scale();if(!(1<=n&&this.map.getBounds().contains(t))||ya<=this.fades.size||this.fades.has(e))return;let r=Math.max(6,Math.round(2*n)),i=this.marker(e,new qr({className:`fade`,iconSize:[r,r]})),a=this.looks[this.plan.category[e]??0],o=i.getElement();o&&a&&(o.style.backgroundColor=vi(a.fill)),this.fades.set(e,i),setTimeout(()=>this.endFade(e),ba)}endFade(e){this.fades.get(e)?.remove(),this.fades.delete(e)}};function wa({minX:e,minY:t,maxX:n,maxY:r},i){return{minX:e-i,minY:t-i,maxX:n+i,maxY:r+i}}function Ta(e,t){return e.minX<=t.maxX&&t.minX<=e.maxX&&e.minY<=t.maxY&&t.minY<=e.maxY}function Ea(e){let t=getComputedStyle(e),n=(e,t)=>_i(Oa(e))??t;return{ink:n(t.color,[0,0,0]),soft:n(t.outlineColor,[90,90,90]),paper:n(t.backgroundColor,[255,255,255]),line:n(t.borderTopColor,[200,200,200])}}var Da;function Oa(e){return Da??=document.createElement(`canvas`).getContext(`2d`),Da?(Da.fillStyle=`#000`,Da.fillStyle=e,Da.fillStyle):e}function ka(e){return t`<path d=${Aa(e)} fill=${vi(e.fill)} />`}function Aa({shape:e}){let t=[];return Ci({moveTo:(e,n)=>t.push(`M${e} ${n}`),lineTo:(e,n)=>t.push(`L${e} ${n}`),closePath:()=>t.push(`Z`),rect:(e,n,r,i)=>t.push(`M${e} ${n}h${r}v${i}h${-r}Z`),arc:(e,n,r,i,a)=>{for(let o of[(i+a)/2,a])t.push(`A${r} ${r} 0 0 1 ${e+r*Math.cos(o)} ${n+r*Math.sin(o)}`)}},e,0,0,8),t.join(``)}function ja(e,t,n,r){let{zone:i,row:a}=n;return a===void 0?i===void 0?Va(e,t,r):[...za(e)?[]:[Ba(`All sections`)],...Ha(e,t,i,r)]:[Ba(`Rows of ${Ra(e,e.rows[a]?.zone??0)}`),...Ua(e,t,a,r)]}function Ma(e){return za(e)?{zone:e.zones.findIndex(({first:e,end:t})=>e<t)}:{}}function Na(e,t){return t.row===void 0?Ma(e):{zone:t.zone}}function Pa(e,{zone:t,row:n}){if(t===void 0)return`Sections`;let r=Ra(e,t);return n===void 0?r:`${r}, ${La(e,n)}`}function Fa(e,t){let n=e.rows[e.row[t]??0]?.number??``,r=e.numbers[t]??``;return n!==``&&n.length<=3&&r!==``&&/\D$/.test(n)?`${n}${r}`:e.labels[t]??``}function Ia(e,t){let[n,...r]=t,i=r.at(-1);if(n===void 0)return``;if(i===void 0)return Fa(e,n);let a=t.every((e,t)=>e===n+t),o=e.numbers[i]??``;return a&&o!==``?`${Fa(e,n)}–${o}`:t.map(t=>Fa(e,t)).join(`, `)}function La(e,t){let{first:n,end:r,number:i,zone:a}=e.rows[t]??{first:0,end:0,number:``,zone:0},o=n<r?e.labels[n]??``:``,s=e.zones[a]?.name.length??0,c=o.slice(s===0?0:s+2,o.lastIndexOf(`, `)),l=c===``||!o.includes(`, `)?i:c;return l===``?`Row`:l.charAt(0).toUpperCase()+l.slice(1)}function Ra(e,t){let n=e.zones[t]?.name??``;return n===``?`Seats`:n}function za(e){return e.zones.filter(({first:e,end:t})=>e<t).length===1}function Ba(e){return{kind:`back`,at:0,label:e,note:``,chosen:!1}}function Va(e,t,n){return e.zones.flatMap(({first:r,end:i},a)=>{let o=Ga(e,t,r,i);return Wa({kind:`zone`,at:a,label:Ra(e,a),chosen:[...n.chosen].some(t=>e.rows[e.row[t]??0]?.zone===a)},o,n)})}function Ha(e,t,n,r){let{first:i,end:a}=e.zones[n]??{first:0,end:0};return Array.from({length:a-i},(e,t)=>i+t).flatMap(n=>{let i=Ga(e,t,n,n+1),a=[...r.chosen].some(t=>e.row[t]===n);return Wa({kind:`row`,at:n,label:La(e,n),chosen:a},i,r)})}function Ua(e,t,n,r){let{first:i,end:a}=e.rows[n]??{first:0,end:0},o=[];for(let n=i;n<a;n+=1){if(!t.isOpen(n))continue;let i=e.category[n]??0,a=`${e.categories[i]?.name??``} · ${r.price(i)}`,s=`Seat ${e.numbers[n]||(e.ids[n]??``)}`;o.push({kind:`seat`,at:n,label:s,note:a,chosen:r.chosen.has(n)})}return o}function Wa(e,t,n){let r=t.reduce((e,t)=>e+t,0);if(r===0)return[];let i=t.flatMap((e,t)=>e>0?n.price(t):[]);return[{...e,note:`${r} free · ${[...new Set(i)].join(`, `)}`}]}function Ga(e,t,n,r){return e.categories.map((e,i)=>{let a=0;for(let e=n;e<r;e+=1)a+=t.openIn(e,i);return a})}function Ka(){return new Promise(e=>{let{port1:t,port2:n}=new MessageChannel;t.onmessage=()=>{t.close(),e()},n.postMessage(void 0)})}function qa(e,t){let n=e.rows[e.row[t]??0],r=t,i=t+1;for(;n&&n.first<r&&e.apart[r]!==1;)--r;for(;n&&i<n.end&&e.apart[i]!==1;)i+=1;return[r,i]}function Ja(e,t,n,r,i){let[a,o]=qa(e,t),s=e=>e!==t&&(r(e)||i(e));for(let e=n;0<e;--e){let n,r=1/0;for(let c=a;c+e<=o;c+=1){let l=Array.from({length:e},(e,t)=>c+t),u=l.filter(e=>!i(e));if(!l.every(s)||u.length===0)continue;let d=Math.abs(c+(e-1)/2-t),f=u.length*(o-a)+d;f<r&&(r=f,n=u)}if(n)return n}return[]}var Ya=class{constructor(e){this.max=e,this.seats=new Set,this.areas=new Map}get count(){let e=0;for(let t of this.areas.values())e+=t;return this.seats.size+e}get left(){return Math.max(0,this.max-this.count)}toggle(e,t){return this.seats.delete(e)?`removed`:t?this.left===0?`full`:(this.seats.add(e),`added`):`gone`}setArea(e,t,n){let r=this.areas.get(e)??0,i=Math.min(n,r+this.left),a=Math.max(0,Math.min(t,i));return a===0?this.areas.delete(e):this.areas.set(e,a),a}drop(e){let t=[...this.seats].filter(e);for(let e of t)this.seats.delete(e);return t}set(e,t){this.clear();for(let t of e)this.seats.add(t);for(let[e,n]of t)this.areas.set(e,n)}clear(){this.seats.clear(),this.areas.clear()}},Xa=class{constructor(e,t){this.plan=e,this.own=new Set,this.isHoldInDoubt=!1,this.areas=new Map,this.ownPlaces=new Map,this.free=t.slice(),this.open=t.slice(),this.counts=new Uint32Array(e.rows.length*e.categories.length),this.open.forEach((e,t)=>this.count(t,e))}isOpen(e){return this.open[e]===1}openIn(e,t){return this.counts[e*this.plan.categories.length+t]??0}placesIn(e){return(this.areas.get(e)??0)+(this.ownPlaces.get(e)??0)}apply(e){for(let{id:t,available:n}of e.areas){let e=(this.areas.get(t)??1/0)<n;this.isHoldInDoubt||=e&&this.ownPlaces.has(t),this.areas.set(t,n)}return e.seats.flatMap(({id:e,status:t})=>{let n=this.plan.byId.get(e);return n===void 0?[]:(this.free[n]=+(t===`available`),this.free[n]===1&&this.own.has(n)&&(this.own=new Set([...this.own].filter(e=>e!==n)),this.isHoldInDoubt=!0),this.settle(n)?[n]:[])})}replace(e){return this.free=e.slice(),this.settleAll(e.keys())}hold(e,t){let n=this.own;return this.ownPlaces=new Map(t),this.isHoldInDoubt=!1,this.own=new Set(e),this.settleAll(new Set([...n,...this.own]))}settleAll(e){let t=[];for(let n of e)this.settle(n)&&t.push(n);return t}settle(e){let t=this.free[e]===1||this.own.has(e)?1:0,n=this.open[e]??0;return this.open[e]=t,this.count(e,t-n),t!==n}count(e,t){let{row:n,category:r,categories:i}=this.plan,a=(n[e]??0)*i.length+(r[e]??0);this.counts[a]=(this.counts[a]??0)+t}},Za=/[\r\n]/g,Qa=class{constructor(e=``){this.lastId=``,this.line=``,this.atStart=!0,this.afterReturn=!1,this.event=``,this.data=[],this.id=``,this.lastId=e,this.id=e}push(e){let t=[],n=0;this.atStart&&e!==``&&(this.atStart=!1,e.startsWith(`﻿`)&&(n=1));for(let r=n;r<e.length;r+=1){let i=e[r]===`\r`;if(!i&&e[r]!==`
`)r=$a(e,r)-1,this.afterReturn=!1;else{if(i||!this.afterReturn||r!==n){let i=this.take(this.line+e.slice(n,r));i&&t.push(i),this.line=``}this.afterReturn=i,n=r+1}}return this.line+=e.slice(n),t}take(e){if(e===``)return this.finish();let t=e.indexOf(`:`);if(t===0)return;let n=t<0?e:e.slice(0,t),r=e[t+1]===` `?2:1,i=t<0?``:e.slice(t+r);switch(n){case`event`:this.event=i;break;case`data`:this.data.push(i);break;case`id`:i.includes(`\0`)||(this.id=i);break;case`retry`:/^\d+$/.test(i)&&(this.retryMs=Number(i))}}finish(){let{event:e,data:t,id:n}=this;if(this.lastId=n,this.event=``,this.data=[],t.length!==0)return{event:e===``?`message`:e,data:t.join(`
`),id:n}}};function $a(e,t){return Za.lastIndex=t,Za.exec(e)?.index??e.length}var eo=35e3,to=1e3;async function no(e){let{endpoints:t,signal:n}=e,r=e.lastId,i=to;for(let a=0;!n.aborted;a+=1){let o=new Qa(r);try{await ro(t[a%t.length]??``,o,e)}catch(e){if(!n.aborted&&!io(e))throw e}if(n.aborted)return;e.connected(!1),r=o.lastId,i=o.retryMs??i,await ao(i*Math.random(),n)}}async function ro(e,t,n){let r=new AbortController,i=AbortSignal.any([n.signal,r.signal]),a={Accept:`text/event-stream`};t.lastId!==``&&(a[`Last-Event-ID`]=t.lastId);let o=setTimeout(()=>r.abort(),eo);try{let s=new URL(`/v1/shows/${encodeURIComponent(n.show)}/stream`,e),c=await(n.fetch??fetch)(s,{headers:a,signal:i,cache:`no-store`});if(!c.ok||!c.body)return;n.connected(!0);let l=c.body.getReader(),u=new TextDecoder;for(;;){let{done:e,value:i}=await l.read();if(e)return;clearTimeout(o),o=setTimeout(()=>r.abort(),eo);for(let e of t.push(u.decode(i,{stream:!0}))){let i=await n.take(e);if(i!==void 0){t.lastId=i,r.abort();return}}}}finally{clearTimeout(o),r.abort()}}function io(e){return e instanceof TypeError||e instanceof DOMException&&e.name===`AbortError`}function ao(e,t){return new Promise(n=>{let r=setTimeout(n,e);t.addEventListener(`abort`,()=>{clearTimeout(r),n()},{once:!0})})}var oo=4,so=2,co=3;function lo(e,t){if(e.length!==Math.ceil(t/oo))throw Error(`${e.length} bytes are not the states of ${t} seats`);let n=new Uint8Array(t);for(let r=0;r<t;r+=1){let t=(e[Math.floor(r/oo)]??0)>>r%oo*so&co;n[r]=+(t===0)}return n}var uo=12,fo=131072,po=3;function mo(e,t,n){return u(e.GET(`/v1/shows/{show}`,{params:{path:{show:t}},signal:n}))}async function ho(e,t,n){let r=new oa,i=t.seat_map;return i?(await vo(await u(e.GET(`/v1/shows/{show}/seat-map`,{params:{path:{show:t.id},query:{v:i.hash}},parseAs:`stream`,signal:n})),e=>r.push(e)),await Ka(),r.end()):(r.push(new TextEncoder().encode(`{"name":"","categories":[],"zones":[]}`)),r.end())}async function go(e,t,n,r){let i={show:t.id};if(t.areas.length===0){let t=e.GET(`/v1/shows/{show}/seats`,{params:{path:i,query:{format:`packed`}},parseAs:`arrayBuffer`,signal:r}),a=new Uint8Array(await u(t)),{size:o}=await n,{response:s}=await t;return{free:lo(a,o),areas:[],lastId:_o(s)}}let a=e.GET(`/v1/shows/{show}/seats`,{params:{path:i},parseAs:`stream`,signal:r}),o=await u(a),{size:s,byId:c}=await n,l=new Uint8Array(s),d=[],f=new ea(po,e=>{let t=e;t.available!==void 0&&d.push({id:t.id,available:t.available});let n=t.status===`available`?c.get(t.id):void 0;n!==void 0&&(l[n]=1)});return await vo(o,e=>f.push(e)),f.end(),{free:l,areas:d,lastId:_o((await a).response)}}function _o(e){return/^(?:W\/)?"(\d+-\d+)-/.exec(e.headers.get(`ETag`)??``)?.[1]??``}async function vo(e,t){if(!e)throw Error(`an answer without a body`);let n=e.getReader(),r=performance.now();for(;;){let{done:e,value:i}=await n.read();if(e)return;for(let e=0;e<i.length;e+=fo)t(i.subarray(e,e+fo)),uo<performance.now()-r&&(await Ka(),r=performance.now())}}var yo=2.4,bo=1.8;function xo(e){let t=[];for(let{number:n,first:r,end:i}of e.rows)n!==``&&r!==i&&(2<i-r&&Eo(e,r,i-1)<bo*Eo(e,r,r+1)?t.push({...wo(e,r,i),text:n,room:To(e,r,i)}):(t.push({...Co(e,r,r+1<i?r+1:r,-1),text:n}),r+1<i&&t.push({...Co(e,i-1,i-2,1),text:n})));return t}function So({x:e,y:t},n){return{x:e[n]??0,y:t[n]??0}}function Co(e,t,n,r){let i=So(e,t),a=So(e,n),o=Math.hypot(i.x-a.x,i.y-a.y),s=yo*(e.radius[t]??0);if(o===0)return{x:i.x+r*s,y:i.y};let c=s/o;return{x:i.x+(i.x-a.x)*c,y:i.y+(i.y-a.y)*c}}function wo(e,t,n){let r={x:0,y:0};for(let i=t;i<n;i+=1)r.x+=e.x[i]??0,r.y+=e.y[i]??0;return{x:r.x/(n-t),y:r.y/(n-t)}}function To(e,t,n){let r=wo(e,t,n),i=1/0;for(let a=t;a<n;a+=1){let t=So(e,a),n=Math.hypot(t.x-r.x,t.y-r.y)-1.3*(e.radius[a]??0);i=Math.min(i,n)}return 2*Math.max(0,i)}function Eo(e,t,n){let[r,i]=[So(e,t),So(e,n)];return Math.hypot(i.x-r.x,i.y-r.y)}var Do=32,Oo=class{constructor(e){this.plan=e;let{size:t,x:n,y:r,radius:i,bounds:a}=e;this.reach=i.reduce((e,t)=>Math.max(e,t),0),this.seats=new ko(a,n.subarray(0,t),r),this.words=xo(e);let o=e=>Float32Array.from(this.words,t=>t[e]);this.wordsAt=new ko(a,o(`x`),o(`y`))}within(e){let{x:t,y:n,radius:r,category:i,categories:a}=this.plan,o=[],s=new Uint32Array(a.length+1);this.seats.visit(Ao(e,this.reach),a=>{let[c,l,u]=[t[a]??0,n[a]??0,r[a]??0];c+u<e.minX||e.maxX<c-u||l+u<e.minY||e.maxY<l-u||(o.push(a),s[(i[a]??0)+1]+=1)});for(let e=1;e<s.length;e+=1)s[e]+=s[e-1];let c=new Uint32Array(o.length);for(let e of o)c[s[i[e]??0]++]=e;return c}wordsWithin(e){let t=[];return this.wordsAt.visit(e,n=>{let r=this.words[n];r&&e.minX<=r.x&&r.x<=e.maxX&&e.minY<=r.y&&r.y<=e.maxY&&t.push(r)}),t}at(e,t,n){let r,i=1/0,a={minX:e,minY:t,maxX:e,maxY:t};return this.seats.visit(Ao(a,this.reach+n),a=>{let o=Math.hypot((this.plan.x[a]??0)-e,(this.plan.y[a]??0)-t)-(this.plan.radius[a]??0);o<=n&&o<i&&(i=o,r=a)}),r}},ko=class{constructor(e,t,n){this.bounds=e;let{minX:r,minY:i,maxX:a,maxY:o}=e,s=(a-r)*(o-i);this.side=Math.sqrt(s*Do/Math.max(1,t.length)),this.columns=Math.floor((a-r)/this.side)+1,this.lines=Math.floor((o-i)/this.side)+1;let c=Uint32Array.from(t,(e,t)=>this.line(n[t]??0)*this.columns+this.column(e));this.starts=new Uint32Array(this.columns*this.lines+1);for(let e of c)this.starts[e+1]+=1;for(let e=1;e<this.starts.length;e+=1)this.starts[e]+=this.starts[e-1];let l=this.starts.slice();this.points=new Uint32Array(c.length),c.forEach((e,t)=>this.points[l[e]++]=t)}visit({minX:e,minY:t,maxX:n,maxY:r},i){let[a,o]=[this.column(e),this.column(n)];for(let e=this.line(t);e<=this.line(r);e+=1){let t=this.starts[e*this.columns+a]??0,n=this.starts[e*this.columns+o+1]??0;for(let e=t;e<n;e+=1)i(this.points[e]??0)}}column(e){return Math.max(0,Math.min(this.columns-1,Math.floor((e-this.bounds.minX)/this.side)))}line(e){return Math.max(0,Math.min(this.lines-1,Math.floor((e-this.bounds.minY)/this.side)))}};function Ao({minX:e,minY:t,maxX:n,maxY:r},i){return{minX:e-i,minY:t-i,maxX:n+i,maxY:r+i}}var jo=class e{constructor(e,t,n,r,i,a,o){this.ticket=e,this.told=t,this.show=n,this.plan=r,this.places=i,this.house=a,this.lastId=o,this.isHolding=!1,this.isInterrupted=!1,this.isRecalling=!1,this.choice=new Ya(n.policy.seats_per_hold_max)}static async begin(t,n){let{endpoints:r,signal:i}=t,a=l({},r),o=await mo(a,t.show,i),s=ho(a,o,i),[c,u,d]=await Promise.all([s,go(a,o,s,i),No(t,n)]),f=new Xa(c,u.free);f.apply({seats:[],areas:u.areas}),await Ka();let p=new Oo(c),m=new e(t,n,o,c,p,f,u.lastId);return d&&m.takeHold(d),m}live(){let{endpoints:e,signal:t}=this.ticket;return no({endpoints:e,show:this.show.id,lastId:this.lastId,signal:t,connected:e=>{this.isInterrupted=!e,this.told.updated()},take:e=>this.take(e)})}limit(e){let{seats_per_hold_max:t}=this.show.policy;this.choice.max=Math.min(t,e??t)}toggle(e){let t=this.plan.labels[e]??``;switch(this.choice.toggle(e,this.house.isOpen(e))){case`added`:return this.notice=void 0,this.chosen(`${t} chosen.`);case`removed`:return this.notice=void 0,this.chosen(`${t} let go.`);case`full`:return this.note({text:`At most ${this.choice.max} at a time: let one go first.`});case`gone`:return this.note({text:`${t} is taken.`})}}setArea(e,t){let n=this.choice.setArea(e.id,t,this.house.placesIn(e.id));this.chosen(`${e.name}: ${n}.`)}drop(e){let t=this.plan.byId.get(e);t===void 0?this.choice.setArea(e,0,0):this.choice.drop(e=>e===t),this.chosen(``)}clear(){this.choice.clear(),this.chosen(`Nothing is chosen.`)}dismiss(){this.notice=void 0,this.told.updated()}async hold(){let e=[...this.choice.seats].flatMap(e=>this.plan.ids[e]??[]),t=[...this.choice.areas].map(([e,t])=>({id:e,quantity:t}));if(e.length+t.length!==0)return this.ask({...e.length>0&&{seats:e},...t.length>0&&{areas:t}})}async ask(e){if(this.isHolding)return;let{show:t,told:n}=this;this.isHolding=!0,this.notice=void 0,n.updated();try{let r=await u(Mo(this.ticket).POST(`/v1/shows/{show}/holds`,{params:{path:{show:t.id}},body:{...e,replace_active:!0}}));return this.takeHold(r),this.chosen(`Held: ${r.seats.map(e=>e.label).join(`; `)}.`),n.tell(`usher-hold`,r),r}catch(e){this.refused(e),n.tell(`usher-refused`,e);return}finally{this.isHolding=!1,this.changed([])}}seat(e){let{plan:t}=this,n=t.categories[t.category[e]??0]?.name??``,r=this.price(n);return{id:t.ids[e]??``,label:t.labels[e]??``,category:n,price:r}}price(e){return this.show.prices[e]??0}selection(){let{show:e,choice:t}=this,n=[...t.seats].map(e=>this.seat(e)),r=e.areas.flatMap(({id:e,name:n,category:r})=>{let i=t.areas.get(e);return i===void 0?[]:[{id:e,name:n,quantity:i,price:this.price(r)}]});return{seats:n,areas:r,total:{amount:n.reduce((e,{price:t})=>e+t,0)+r.reduce((e,{price:t,quantity:n})=>e+t*n,0),currency:e.currency}}}async take(e){let{house:t,show:n,plan:r,ticket:i}=this;if(e.event===`reset`){let e=await go(l({},i.endpoints),n,r,i.signal);return e.lastId===``?void 0:(t.apply({seats:[],areas:e.areas}),this.changed(t.replace(e.free)),e.lastId)}(e.event===`snapshot`||e.event===`seats`)&&this.changed(t.apply(JSON.parse(e.data)))}changed(e){this.told.changed(e),this.isHolding||(this.isSomethingGone()||this.house.isHoldInDoubt)&&this.recall()}isSomethingGone(){let{house:e,choice:t}=this;return[...t.areas].some(([t,n])=>e.placesIn(t)<n)||[...t.seats].some(t=>!e.isOpen(t))}async recall(){if(this.isRecalling)return;this.isRecalling=!0;let e=await No(this.ticket,this.told);this.isRecalling=!1,this.ticket.signal.aborted||this.isHolding||e===void 0||(this.own(e),this.isSomethingGone()&&this.lose())}lose(){let{plan:e,house:t,choice:n,told:r}=this,i=[...n.seats],a=n.drop(e=>!t.isOpen(e));for(let[e]of n.areas){let r=t.placesIn(e);n.setArea(e,Math.min(r,n.areas.get(e)??0),r)}let o=new Set;for(let s of a){let a=i.filter(t=>e.row[t]===e.row[s]).length,c=Ja(e,s,a,e=>t.isOpen(e),e=>n.seats.has(e));for(let e of c)o.add(e);let l={seat:this.seat(s),instead:c.map(e=>this.seat(e))};r.tell(`usher-lost`,l)}let s=a.map(t=>Fa(e,t)).join(`, `),c=`${s===``?`Some places`:s} just went`,l=[...o].sort((e,t)=>e-t).slice(0,n.left);if(l.length>0){let t=Ia(e,l),n={label:`Take ${t}`,run:()=>this.takeAll(l)};this.notice={text:`${c}: try ${t}.`,action:n}}else this.notice={text:`${c}.`};this.chosen(this.notice.text)}takeAll(e){let{choice:t,house:n}=this;for(let r of e)t.seats.has(r)||t.toggle(r,n.isOpen(r));this.notice=void 0,this.chosen(`${Ia(this.plan,e)} chosen.`)}takeHold(e){e.show===this.show.id&&(this.own(e),this.choice.set(this.house.own,e.areas.map(({id:e,quantity:t})=>[e,t])))}own(e){let t=e?.show===this.show.id?e:{seats:[],areas:[]},n=t.seats.flatMap(({id:e})=>this.plan.byId.get(e)??[]),r=t.areas.map(({id:e,quantity:t})=>[e,t]),i=this.house.hold(n,r);this.told.changed(i),this.told.updated()}refused(e){if(e instanceof p){if(e.is(`seat_unavailable`)&&e.problem.conflicts.length>0){let t=e.problem.conflicts.map(e=>({id:e,status:`unavailable`}));this.told.changed(this.house.apply({seats:t,areas:[]}));return}if(e.is(`orphan_seat`))return this.note(this.single(e.problem.seats))}this.note({text:m(e)})}single(e){let t=e.flatMap(e=>this.plan.byId.get(e)??[]),n=Ia(this.plan,t),r=`That would leave ${n} single between taken seats. Take it too, or move along.`;return t.length===0||this.choice.left<t.length?{text:r}:{text:r,action:{label:`Take ${n} too`,run:()=>this.takeAll(t)}}}note(e){this.notice=e,this.told.say(e.text),this.told.updated()}chosen(e){let t=this.selection(),{amount:n,currency:r}=t.total,{count:i}=this.choice,a=i===0?``:`${i} chosen, ${o(n,r)}.`;this.told.say([e,a].filter(e=>e!==``).join(` `)),this.told.tell(`usher-selection`,t),this.told.updated()}};function Mo({who:e,endpoints:t}){return l(e,t)}async function No(e,t){let{token:n,user:r}=e.who;if(n===void 0&&r===void 0)return null;try{return await u(Mo(e).GET(`/v1/me/hold`,{params:{query:{consistency:`linearizable`}}}))}catch(e){if(e instanceof p&&e.is(`not_found`))return null;t.tell(`usher-refused`,e);return}}var Po=20,Fo=200,Io=`usher-seat-map`,$=class extends i{constructor(...e){super(...e),this.server=``,this.show=``,this.token=``,this.user=``,this.isDrawn=!1,this.view=`map`,this.path={},this.said=``,this.isStale=!1,this.dark=matchMedia(`(prefers-color-scheme: dark)`),this.recolor=()=>this.sheet?.recolor(),this.resized=new ResizeObserver(()=>this.sheet?.resize())}static{this.styles=Se}async hold(){return this.visit?.hold()}async bestAvailable(e,t){let n={quantity:e,...t!==void 0&&{category:t}};return this.visit?.ask({best_available:n})}clear(){this.visit?.clear()}drop(e){this.visit?.drop(e)}connectedCallback(){super.connectedCallback(),this.isStale=!0,this.dark.addEventListener(`change`,this.recolor),this.requestUpdate()}disconnectedCallback(){super.disconnectedCallback(),this.dark.removeEventListener(`change`,this.recolor),this.stop()}willUpdate(e){this.isStale||=[`server`,`show`,`token`,`user`].some(t=>e.has(t)),e.has(`limit`)&&this.visit?.limit(this.limit)}updated(){this.placeTip(),this.isStale&&(this.isStale=!1,this.restart())}stop(){this.running?.abort(),this.resized.disconnect(),this.sheet?.destroy(),this.sheet=void 0}async restart(){if(this.stop(),this.visit=void 0,this.isDrawn=!1,this.trouble=void 0,this.tip=void 0,this.show===``)return;let{signal:e}=this.running=new AbortController;try{await this.run(e)}catch(t){if(e.aborted)return;this.trouble=t,this.tell(`usher-refused`,t)}}async run(e){let t=await jo.begin({show:this.show,endpoints:this.endpoints(),who:this.who(),signal:e},{changed:e=>{this.sheet?.change(e),this.refreshSoon()},updated:()=>{this.mark(),this.requestUpdate()},say:e=>this.said=e,tell:(t,n)=>e.aborted||this.tell(t,n)});e.aborted||(t.limit(this.limit),this.visit=t,this.path=Ma(t.plan),await this.updateComplete,await Ka(),e.aborted||(0<t.plan.size&&await this.open(t),this.isDrawn=!0,await this.updateComplete,this.tell(`usher-ready`,void 0),t.choice.count>0&&this.tell(`usher-selection`,t.selection()),await t.live()))}async open({plan:e,house:t,places:n}){let r=new Ca(this.container,e,t,n,{pick:e=>this.visit?.toggle(e),hover:(e,t,n)=>this.tip=e===void 0?void 0:{seat:e,x:t,y:n}});this.sheet=r,this.resized.observe(this.container),this.mark(),this.requestUpdate(),await r.ready,performance.mark(Io)}endpoints(){let e=this.server.split(/\s+/).filter(e=>e!==``);return e.length>0?e.map(e=>new URL(e,location.href).origin):c()}who(){return{...this.token!==``&&{token:this.token},...this.user!==``&&{user:this.user}}}refreshSoon(){this.refreshing??=setTimeout(()=>{this.refreshing=void 0,this.requestUpdate()},Fo)}mark(){let{visit:e,sheet:t}=this;if(!e||!t)return;let n=[...e.choice.seats];t.mark(`own`,n.filter(t=>e.house.own.has(t))),t.mark(`chosen`,n.filter(t=>!e.house.own.has(t)))}keepFocus(){this.updateComplete.then(()=>{this.shadowRoot?.activeElement||this.renderRoot.querySelector(`.choice`)?.focus()})}tell(e,t){this.dispatchEvent(new CustomEvent(e,{detail:t,bubbles:!0,composed:!0}))}render(){let e=this.visit?.plan.size===0;return a`
      <div class="frame ${e?`seatless`:``}" part="frame">
        <section
          class="list ${this.view===`list`?`open`:``}"
          part="list"
          aria-label="Seats as a list"
          ?hidden=${e}
        >
          ${this.listView()}
        </section>
        ${this.tools()} ${this.mapView(e)} ${this.legend()} ${this.areas()}
        ${this.noticeView()} ${this.choiceView()}
      </div>
      <p class="aside" role="status">${this.said}</p>
    `}listView(){let{visit:t}=this;if(!t||!this.isDrawn)return e;let{plan:n,house:r,show:i}=t,s={price:e=>o(t.price(n.categories[e]?.name??``),i.currency),chosen:t.choice.seats};return a`<usher-seat-list
      .items=${ja(n,r,this.path,s)}
      heading=${Pa(n,this.path)}
      @step=${e=>this.step(e.detail)}
      @look=${e=>this.look(e.detail)}
    ></usher-seat-list>`}step(e){let{visit:t}=this;if(t){if(e.kind===`seat`)return t.toggle(e.at);this.path=e.kind===`zone`?{zone:e.at}:e.kind===`row`?{...this.path,row:e.at}:Na(t.plan,this.path),this.said=Pa(t.plan,this.path),this.updateComplete.then(()=>this.list.enter())}}look(e){let t=e?.kind===`seat`?e.at:void 0;this.sheet?.mark(`focus`,t===void 0?[]:[t]),t!==void 0&&this.view===`map`&&this.sheet?.show(t)}tools(){let e=(e,t)=>a`<button
      type="button"
      aria-pressed=${this.view===e}
      @click=${()=>this.view=e}
    >
      ${t}
    </button>`;return a`<div class="tools" part="tools" ?hidden=${this.visit?.plan.size===0}>
      <div class="views" role="group" aria-label="Show seats as">
        ${e(`map`,`Map`)} ${e(`list`,`List`)}
      </div>
      ${this.best()}
    </div>`}best(){let e=Math.min(Po,this.visit?.choice.max??0),t=this.visit?.plan.categories??[];return a`<form @submit=${this.wantBest}>
      <label>
        Seats
        <select name="quantity">
          ${Array.from({length:e},(e,t)=>a`<option ?selected=${t===1}>${t+1}</option>`)}
        </select>
      </label>
      <label>
        Category
        <select name="category">
          <option value="">Any</option>
          ${t.map(({name:e})=>a`<option value=${e}>${e}</option>`)}
        </select>
      </label>
      <button ?disabled=${e===0||(this.visit?.isHolding??!0)}>Hold best seats</button>
    </form>`}wantBest(e){e.preventDefault();let t=new FormData(e.target),n=String(t.get(`category`)??``);this.bestAvailable(Number(t.get(`quantity`)),n===``?void 0:n)}mapView(e){let t=(e,t,n)=>a`<button type="button" aria-label=${e} title=${e} @click=${n}>${t}</button>`;return a`<div class="plan" part="map" ?hidden=${e}>
      <div
        class="map"
        role="group"
        aria-label="Seating plan. Arrow keys move it, plus and minus zoom. The list has the same seats."
      ></div>
      <div class="zoom" ?hidden=${!this.visit}>
        ${t(`Closer`,`+`,()=>this.sheet?.zoom(1))}
        ${t(`Further away`,`−`,()=>this.sheet?.zoom(-1))}
        ${t(`The whole hall`,`⤢`,()=>this.sheet?.fit())}
      </div>
      ${this.tipView()} ${this.cover()}
    </div>`}cover(){return this.trouble===void 0?this.visit?e:a`<div class="cover"><p>The seating plan is on its way…</p></div>`:a`<div class="cover">
        <p role="alert">${m(this.trouble)}</p>
        <button type="button" @click=${()=>this.restart()}>Try again</button>
      </div>`}tipView(){let{visit:t,tip:n}=this;if(!t||!n)return e;let{label:r,category:i,price:s}=t.seat(n.seat),c=t.choice.seats.has(n.seat)?`chosen`:t.house.isOpen(n.seat)?o(s,t.show.currency):`taken`;return a`<div class="tip" part="tooltip" aria-hidden="true">
      <p><strong>${r}</strong></p>
      <p>${i} · ${c}</p>
    </div>`}placeTip(){let e=this.renderRoot.querySelector(`.tip`);if(!e||!this.tip)return;let{clientWidth:t,clientHeight:n}=this.container,r=n<this.tip.y+e.offsetHeight+24,i=Math.max(4,Math.min(this.tip.x+12,t-e.offsetWidth-4)),a=r?this.tip.y-e.offsetHeight-12:this.tip.y+16;e.style.transform=`translate(${i}px, ${a}px)`}legend(){let{visit:n,sheet:r}=this;if(!n||!r)return e;let{plan:i,show:s}=n,c=`-10 -10 20 20`;return a`<ul class="legend" part="legend" aria-label="What the map shows">
      ${i.categories.map(({name:t},i)=>{let l=r.looks[i];return a`<li>
          <svg viewBox=${c} aria-hidden="true">${l?ka(l):e}</svg>
          <span>${t} <span class="price">${o(n.price(t),s.currency)}</span></span>
        </li>`})}
      <li>
        <svg viewBox=${c} aria-hidden="true">
          ${t`<path d="M-4-4 4 4M4-4-4 4" stroke="currentColor" stroke-width="2" opacity=".6" />`}
        </svg>
        taken
      </li>
      <li>
        <svg viewBox=${c} aria-hidden="true">
          ${t`<path d="M0-8a8 8 0 1 0 .01 0M-4 0l3 3.5 5-7" fill="none" stroke="currentColor" stroke-width="2" />`}
        </svg>
        chosen
      </li>
    </ul>`}areas(){let{visit:t}=this;return!t||t.show.areas.length===0?e:a`<section class="areas" part="areas" aria-label="Places without seats">
      ${t.show.areas.map(e=>this.area(t,e))}
    </section>`}area(e,t){let{show:n,choice:r,house:i}=e,s=r.areas.get(t.id)??0,c=i.placesIn(t.id),l=r.left===0||c<=s;return a`<div class="area" role="group" aria-label=${t.name}>
      <span>
        <strong>${t.name}</strong>
        <span class="price">${o(e.price(t.category),n.currency)} · ${c} left</span>
      </span>
      <span class="stepper">
        <button
          type="button"
          aria-label="One fewer: ${t.name}"
          ?disabled=${s===0}
          @click=${()=>e.setArea(t,s-1)}
        >
          −
        </button>
        <output>${s}</output>
        <button
          type="button"
          aria-label="One more: ${t.name}"
          ?disabled=${l}
          @click=${()=>e.setArea(t,s+1)}
        >
          +
        </button>
      </span>
    </div>`}noticeView(){let{visit:t}=this,n=t?.notice,r=this.closed();if(!n&&r===``&&!t?.isInterrupted)return e;let i=r===``?`Live changes are interrupted; trying again.`:r;return a`<div class="notice" part="notice" @click=${this.keepFocus}>
      <p>${n?.text??i}</p>
      ${n?.action?a`<button type="button" @click=${n.action.run}>${n.action.label}</button>`:e}
      ${n?a`<button type="button" @click=${()=>t?.dismiss()}>OK</button>`:e}
    </div>`}closed(){let e=this.visit?.show;switch(e?.status){case`cancelled`:return`This show is cancelled.`;case`closed`:return`The sale is over.`;case`scheduled`:{let t=e.sale.opens_at;return t?`The sale begins on ${d(t)}.`:`The sale has not begun.`}default:return``}}choiceView(){let{visit:t}=this;if(!t)return e;let{choice:n}=t,{total:r}=t.selection();return a`<section class="choice" part="selection" tabindex="-1" aria-label="Your choice">
      ${n.count>0?this.chosenList(t):e}
      <p class="total">
        ${n.count===0?a`Choose up to ${n.max}.`:a`<strong>${o(r.amount,r.currency)}</strong> for ${n.count} of at most
              ${n.max}`}
      </p>
      <slot name="hold">
        <button
          type="button"
          class="primary"
          part="hold"
          ?disabled=${n.count===0||t.isHolding}
          @click=${()=>this.hold()}
        >
          ${n.count===1?`Hold it`:`Hold them`}
        </button>
      </slot>
    </section>`}chosenList(e){return a`<ul role="list" aria-label="Chosen seats" @click=${this.keepFocus}>
      ${[...e.choice.seats].map(t=>{let n=e.plan.labels[t]??``,r=`Let go of ${n}`;return a`<li>
          <button type="button" aria-label=${r} title=${r} @click=${()=>e.toggle(t)}>
            ${n} <span aria-hidden="true">×</span>
          </button>
        </li>`})}
    </ul>`}};h([s()],$.prototype,`server`,void 0),h([s()],$.prototype,`show`,void 0),h([s()],$.prototype,`token`,void 0),h([s()],$.prototype,`user`,void 0),h([s({type:Number})],$.prototype,`limit`,void 0),h([ne()],$.prototype,`visit`,void 0),h([ne()],$.prototype,`isDrawn`,void 0),h([ne()],$.prototype,`trouble`,void 0),h([ne()],$.prototype,`view`,void 0),h([ne()],$.prototype,`path`,void 0),h([ne()],$.prototype,`tip`,void 0),h([ne()],$.prototype,`said`,void 0),h([g(`.map`)],$.prototype,`container`,void 0),h([g(`usher-seat-list`)],$.prototype,`list`,void 0),$=h([te(`seat-map`)],$);export{ie as n,ae as r,fe as t};