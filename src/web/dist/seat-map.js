// node_modules/@lit/reactive-element/css-tag.js
var e = globalThis, t = e.ShadowRoot && (e.ShadyCSS === void 0 || e.ShadyCSS.nativeShadow) && "adoptedStyleSheets" in Document.prototype && "replace" in CSSStyleSheet.prototype, n = Symbol(), r = /* @__PURE__ */ new WeakMap(), i = class {
	constructor(e, t, r) {
		if (this._$cssResult$ = !0, r !== n) throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");
		this.cssText = e, this.t = t;
	}
	get styleSheet() {
		let e = this.o, n = this.t;
		if (t && e === void 0) {
			let t = n !== void 0 && n.length === 1;
			t && (e = r.get(n)), e === void 0 && ((this.o = e = new CSSStyleSheet()).replaceSync(this.cssText), t && r.set(n, e));
		}
		return e;
	}
	toString() {
		return this.cssText;
	}
}, a = (e) => new i(typeof e == "string" ? e : e + "", void 0, n), o = (e, ...t) => new i(e.length === 1 ? e[0] : t.reduce((t, n, r) => t + ((e) => {
	if (!0 === e._$cssResult$) return e.cssText;
	if (typeof e == "number") return e;
	throw Error("Value passed to 'css' function must be a 'css' function result: " + e + ". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.");
})(n) + e[r + 1], e[0]), e, n), s = (n, r) => {
	if (t) n.adoptedStyleSheets = r.map((e) => e instanceof CSSStyleSheet ? e : e.styleSheet);
	else for (let t of r) {
		let r = document.createElement("style"), i = e.litNonce;
		i !== void 0 && r.setAttribute("nonce", i), r.textContent = t.cssText, n.appendChild(r);
	}
}, c = t ? (e) => e : (e) => e instanceof CSSStyleSheet ? ((e) => {
	let t = "";
	for (let n of e.cssRules) t += n.cssText;
	return a(t);
})(e) : e, { is: l, defineProperty: u, getOwnPropertyDescriptor: d, getOwnPropertyNames: f, getOwnPropertySymbols: p, getPrototypeOf: m } = Object, h = globalThis, g = h.trustedTypes, ee = g ? g.emptyScript : "", te = h.reactiveElementPolyfillSupport, ne = (e, t) => e, re = {
	toAttribute(e, t) {
		switch (t) {
			case Boolean:
				e = e ? ee : null;
				break;
			case Object:
			case Array: e = e == null ? e : JSON.stringify(e);
		}
		return e;
	},
	fromAttribute(e, t) {
		let n = e;
		switch (t) {
			case Boolean:
				n = e !== null;
				break;
			case Number:
				n = e === null ? null : Number(e);
				break;
			case Object:
			case Array: try {
				n = JSON.parse(e);
			} catch {
				n = null;
			}
		}
		return n;
	}
}, ie = (e, t) => !l(e, t), ae = {
	attribute: !0,
	type: String,
	converter: re,
	reflect: !1,
	useDefault: !1,
	hasChanged: ie
};
Symbol.metadata ??= Symbol("metadata"), h.litPropertyMetadata ??= /* @__PURE__ */ new WeakMap();
var _ = class extends HTMLElement {
	static addInitializer(e) {
		this._$Ei(), (this.l ??= []).push(e);
	}
	static get observedAttributes() {
		return this.finalize(), this._$Eh && [...this._$Eh.keys()];
	}
	static createProperty(e, t = ae) {
		if (t.state && (t.attribute = !1), this._$Ei(), this.prototype.hasOwnProperty(e) && ((t = Object.create(t)).wrapped = !0), this.elementProperties.set(e, t), !t.noAccessor) {
			let n = Symbol(), r = this.getPropertyDescriptor(e, n, t);
			r !== void 0 && u(this.prototype, e, r);
		}
	}
	static getPropertyDescriptor(e, t, n) {
		let { get: r, set: i } = d(this.prototype, e) ?? {
			get() {
				return this[t];
			},
			set(e) {
				this[t] = e;
			}
		};
		return {
			get: r,
			set(t) {
				let a = r?.call(this);
				i?.call(this, t), this.requestUpdate(e, a, n);
			},
			configurable: !0,
			enumerable: !0
		};
	}
	static getPropertyOptions(e) {
		return this.elementProperties.get(e) ?? ae;
	}
	static _$Ei() {
		if (this.hasOwnProperty(ne("elementProperties"))) return;
		let e = m(this);
		e.finalize(), e.l !== void 0 && (this.l = [...e.l]), this.elementProperties = new Map(e.elementProperties);
	}
	static finalize() {
		if (this.hasOwnProperty(ne("finalized"))) return;
		if (this.finalized = !0, this._$Ei(), this.hasOwnProperty(ne("properties"))) {
			let e = this.properties, t = [...f(e), ...p(e)];
			for (let n of t) this.createProperty(n, e[n]);
		}
		let e = this[Symbol.metadata];
		if (e !== null) {
			let t = litPropertyMetadata.get(e);
			if (t !== void 0) for (let [e, n] of t) this.elementProperties.set(e, n);
		}
		this._$Eh = /* @__PURE__ */ new Map();
		for (let [e, t] of this.elementProperties) {
			let n = this._$Eu(e, t);
			n !== void 0 && this._$Eh.set(n, e);
		}
		this.elementStyles = this.finalizeStyles(this.styles);
	}
	static finalizeStyles(e) {
		let t = [];
		if (Array.isArray(e)) {
			let n = new Set(e.flat(1 / 0).reverse());
			for (let e of n) t.unshift(c(e));
		} else e !== void 0 && t.push(c(e));
		return t;
	}
	static _$Eu(e, t) {
		let n = t.attribute;
		return !1 === n ? void 0 : typeof n == "string" ? n : typeof e == "string" ? e.toLowerCase() : void 0;
	}
	constructor() {
		super(), this._$Ep = void 0, this.isUpdatePending = !1, this.hasUpdated = !1, this._$Em = null, this._$Ev();
	}
	_$Ev() {
		this._$ES = new Promise((e) => this.enableUpdating = e), this._$AL = /* @__PURE__ */ new Map(), this._$E_(), this.requestUpdate(), this.constructor.l?.forEach((e) => e(this));
	}
	addController(e) {
		(this._$EO ??= /* @__PURE__ */ new Set()).add(e), this.renderRoot !== void 0 && this.isConnected && e.hostConnected?.();
	}
	removeController(e) {
		this._$EO?.delete(e);
	}
	_$E_() {
		let e = /* @__PURE__ */ new Map(), t = this.constructor.elementProperties;
		for (let n of t.keys()) this.hasOwnProperty(n) && (e.set(n, this[n]), delete this[n]);
		e.size > 0 && (this._$Ep = e);
	}
	createRenderRoot() {
		let e = this.shadowRoot ?? this.attachShadow(this.constructor.shadowRootOptions);
		return s(e, this.constructor.elementStyles), e;
	}
	connectedCallback() {
		this.renderRoot ??= this.createRenderRoot(), this.enableUpdating(!0), this._$EO?.forEach((e) => e.hostConnected?.());
	}
	enableUpdating(e) {}
	disconnectedCallback() {
		this._$EO?.forEach((e) => e.hostDisconnected?.());
	}
	attributeChangedCallback(e, t, n) {
		this._$AK(e, n);
	}
	_$ET(e, t) {
		let n = this.constructor.elementProperties.get(e), r = this.constructor._$Eu(e, n);
		if (r !== void 0 && !0 === n.reflect) {
			let i = (n.converter?.toAttribute === void 0 ? re : n.converter).toAttribute(t, n.type);
			this._$Em = e, i == null ? this.removeAttribute(r) : this.setAttribute(r, i), this._$Em = null;
		}
	}
	_$AK(e, t) {
		let n = this.constructor, r = n._$Eh.get(e);
		if (r !== void 0 && this._$Em !== r) {
			let e = n.getPropertyOptions(r), i = typeof e.converter == "function" ? { fromAttribute: e.converter } : e.converter?.fromAttribute === void 0 ? re : e.converter;
			this._$Em = r;
			let a = i.fromAttribute(t, e.type);
			this[r] = a ?? this._$Ej?.get(r) ?? a, this._$Em = null;
		}
	}
	requestUpdate(e, t, n, r = !1, i) {
		if (e !== void 0) {
			let a = this.constructor;
			if (!1 === r && (i = this[e]), n ??= a.getPropertyOptions(e), !((n.hasChanged ?? ie)(i, t) || n.useDefault && n.reflect && i === this._$Ej?.get(e) && !this.hasAttribute(a._$Eu(e, n)))) return;
			this.C(e, t, n);
		}
		!1 === this.isUpdatePending && (this._$ES = this._$EP());
	}
	C(e, t, { useDefault: n, reflect: r, wrapped: i }, a) {
		n && !(this._$Ej ??= /* @__PURE__ */ new Map()).has(e) && (this._$Ej.set(e, a ?? t ?? this[e]), !0 !== i || a !== void 0) || (this._$AL.has(e) || (this.hasUpdated || n || (t = void 0), this._$AL.set(e, t)), !0 === r && this._$Em !== e && (this._$Eq ??= /* @__PURE__ */ new Set()).add(e));
	}
	async _$EP() {
		this.isUpdatePending = !0;
		try {
			await this._$ES;
		} catch (e) {
			Promise.reject(e);
		}
		let e = this.scheduleUpdate();
		return e != null && await e, !this.isUpdatePending;
	}
	scheduleUpdate() {
		return this.performUpdate();
	}
	performUpdate() {
		if (!this.isUpdatePending) return;
		if (!this.hasUpdated) {
			if (this.renderRoot ??= this.createRenderRoot(), this._$Ep) {
				for (let [e, t] of this._$Ep) this[e] = t;
				this._$Ep = void 0;
			}
			let e = this.constructor.elementProperties;
			if (e.size > 0) for (let [t, n] of e) {
				let { wrapped: e } = n, r = this[t];
				!0 !== e || this._$AL.has(t) || r === void 0 || this.C(t, void 0, n, r);
			}
		}
		let e = !1, t = this._$AL;
		try {
			e = this.shouldUpdate(t), e ? (this.willUpdate(t), this._$EO?.forEach((e) => e.hostUpdate?.()), this.update(t)) : this._$EM();
		} catch (t) {
			throw e = !1, this._$EM(), t;
		}
		e && this._$AE(t);
	}
	willUpdate(e) {}
	_$AE(e) {
		this._$EO?.forEach((e) => e.hostUpdated?.()), this.hasUpdated || (this.hasUpdated = !0, this.firstUpdated(e)), this.updated(e);
	}
	_$EM() {
		this._$AL = /* @__PURE__ */ new Map(), this.isUpdatePending = !1;
	}
	get updateComplete() {
		return this.getUpdateComplete();
	}
	getUpdateComplete() {
		return this._$ES;
	}
	shouldUpdate(e) {
		return !0;
	}
	update(e) {
		this._$Eq &&= this._$Eq.forEach((e) => this._$ET(e, this[e])), this._$EM();
	}
	updated(e) {}
	firstUpdated(e) {}
};
_.elementStyles = [], _.shadowRootOptions = { mode: "open" }, _[ne("elementProperties")] = /* @__PURE__ */ new Map(), _[ne("finalized")] = /* @__PURE__ */ new Map(), te?.({ ReactiveElement: _ }), (h.reactiveElementVersions ??= []).push("2.1.2");
// node_modules/lit-html/lit-html.js
var oe = globalThis, se = (e) => e, ce = oe.trustedTypes, le = ce ? ce.createPolicy("lit-html", { createHTML: (e) => e }) : void 0, ue = "$lit$", v = `lit$${Math.random().toFixed(9).slice(2)}$`, de = "?" + v, fe = `<${de}>`, pe = document, y = () => pe.createComment(""), b = (e) => e === null || typeof e != "object" && typeof e != "function", me = Array.isArray, he = (e) => me(e) || typeof e?.[Symbol.iterator] == "function", ge = "[ 	\n\f\r]", _e = /<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g, ve = /-->/g, ye = />/g, be = RegExp(`>|${ge}(?:([^\\s"'>=/]+)(${ge}*=${ge}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`, "g"), xe = /'/g, Se = /"/g, Ce = /^(?:script|style|textarea|title)$/i, we = (e) => (t, ...n) => ({
	_$litType$: e,
	strings: t,
	values: n
}), x = we(1), Te = we(2), Ee = Symbol.for("lit-noChange"), S = Symbol.for("lit-nothing"), De = /* @__PURE__ */ new WeakMap(), Oe = pe.createTreeWalker(pe, 129);
function ke(e, t) {
	if (!me(e) || !e.hasOwnProperty("raw")) throw Error("invalid template strings array");
	return le === void 0 ? t : le.createHTML(t);
}
var Ae = (e, t) => {
	let n = e.length - 1, r = [], i, a = t === 2 ? "<svg>" : t === 3 ? "<math>" : "", o = _e;
	for (let t = 0; t < n; t++) {
		let n = e[t], s, c, l = -1, u = 0;
		for (; u < n.length && (o.lastIndex = u, c = o.exec(n), c !== null);) u = o.lastIndex, o === _e ? c[1] === "!--" ? o = ve : c[1] === void 0 ? c[2] === void 0 ? c[3] !== void 0 && (o = be) : (Ce.test(c[2]) && (i = RegExp("</" + c[2], "g")), o = be) : o = ye : o === be ? c[0] === ">" ? (o = i ?? _e, l = -1) : c[1] === void 0 ? l = -2 : (l = o.lastIndex - c[2].length, s = c[1], o = c[3] === void 0 ? be : c[3] === "\"" ? Se : xe) : o === Se || o === xe ? o = be : o === ve || o === ye ? o = _e : (o = be, i = void 0);
		let d = o === be && e[t + 1].startsWith("/>") ? " " : "";
		a += o === _e ? n + fe : l >= 0 ? (r.push(s), n.slice(0, l) + ue + n.slice(l) + v + d) : n + v + (l === -2 ? t : d);
	}
	return [ke(e, a + (e[n] || "<?>") + (t === 2 ? "</svg>" : t === 3 ? "</math>" : "")), r];
}, je = class e {
	constructor({ strings: t, _$litType$: n }, r) {
		let i;
		this.parts = [];
		let a = 0, o = 0, s = t.length - 1, c = this.parts, [l, u] = Ae(t, n);
		if (this.el = e.createElement(l, r), Oe.currentNode = this.el.content, n === 2 || n === 3) {
			let e = this.el.content.firstChild;
			e.replaceWith(...e.childNodes);
		}
		for (; (i = Oe.nextNode()) !== null && c.length < s;) {
			if (i.nodeType === 1) {
				if (i.hasAttributes()) for (let e of i.getAttributeNames()) if (e.endsWith(ue)) {
					let t = u[o++], n = i.getAttribute(e).split(v), r = /([.?@])?(.*)/.exec(t);
					c.push({
						type: 1,
						index: a,
						name: r[2],
						strings: n,
						ctor: r[1] === "." ? Ie : r[1] === "?" ? Le : r[1] === "@" ? Re : Fe
					}), i.removeAttribute(e);
				} else e.startsWith(v) && (c.push({
					type: 6,
					index: a
				}), i.removeAttribute(e));
				if (Ce.test(i.tagName)) {
					let e = i.textContent.split(v), t = e.length - 1;
					if (t > 0) {
						i.textContent = ce ? ce.emptyScript : "";
						for (let n = 0; n < t; n++) i.append(e[n], y()), Oe.nextNode(), c.push({
							type: 2,
							index: ++a
						});
						i.append(e[t], y());
					}
				}
			} else if (i.nodeType === 8) {
				if (i.data === de) c.push({
					type: 2,
					index: a
				});
				else {
					let e = -1;
					for (; (e = i.data.indexOf(v, e + 1)) !== -1;) c.push({
						type: 7,
						index: a
					}), e += v.length - 1;
				}
			}
			a++;
		}
	}
	static createElement(e, t) {
		let n = pe.createElement("template");
		return n.innerHTML = e, n;
	}
};
function Me(e, t, n = e, r) {
	if (t === Ee) return t;
	let i = r === void 0 ? n._$Cl : n._$Co?.[r], a = b(t) ? void 0 : t._$litDirective$;
	return i?.constructor !== a && (i?._$AO?.(!1), a === void 0 ? i = void 0 : (i = new a(e), i._$AT(e, n, r)), r === void 0 ? n._$Cl = i : (n._$Co ??= [])[r] = i), i !== void 0 && (t = Me(e, i._$AS(e, t.values), i, r)), t;
}
var Ne = class {
	constructor(e, t) {
		this._$AV = [], this._$AN = void 0, this._$AD = e, this._$AM = t;
	}
	get parentNode() {
		return this._$AM.parentNode;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	u(e) {
		let { el: { content: t }, parts: n } = this._$AD, r = (e?.creationScope ?? pe).importNode(t, !0);
		Oe.currentNode = r;
		let i = Oe.nextNode(), a = 0, o = 0, s = n[0];
		for (; s !== void 0;) {
			if (a === s.index) {
				let t;
				s.type === 2 ? t = new Pe(i, i.nextSibling, this, e) : s.type === 1 ? t = new s.ctor(i, s.name, s.strings, this, e) : s.type === 6 && (t = new ze(i, this, e)), this._$AV.push(t), s = n[++o];
			}
			a !== s?.index && (i = Oe.nextNode(), a++);
		}
		return Oe.currentNode = pe, r;
	}
	p(e) {
		let t = 0;
		for (let n of this._$AV) n !== void 0 && (n.strings === void 0 ? n._$AI(e[t]) : (n._$AI(e, n, t), t += n.strings.length - 2)), t++;
	}
}, Pe = class e {
	get _$AU() {
		return this._$AM?._$AU ?? this._$Cv;
	}
	constructor(e, t, n, r) {
		this.type = 2, this._$AH = S, this._$AN = void 0, this._$AA = e, this._$AB = t, this._$AM = n, this.options = r, this._$Cv = r?.isConnected ?? !0;
	}
	get parentNode() {
		let e = this._$AA.parentNode, t = this._$AM;
		return t !== void 0 && e?.nodeType === 11 && (e = t.parentNode), e;
	}
	get startNode() {
		return this._$AA;
	}
	get endNode() {
		return this._$AB;
	}
	_$AI(e, t = this) {
		e = Me(this, e, t), b(e) ? e === S || e == null || e === "" ? (this._$AH !== S && this._$AR(), this._$AH = S) : e !== this._$AH && e !== Ee && this._(e) : e._$litType$ === void 0 ? e.nodeType === void 0 ? he(e) ? this.k(e) : this._(e) : this.T(e) : this.$(e);
	}
	O(e) {
		return this._$AA.parentNode.insertBefore(e, this._$AB);
	}
	T(e) {
		this._$AH !== e && (this._$AR(), this._$AH = this.O(e));
	}
	_(e) {
		this._$AH !== S && b(this._$AH) ? this._$AA.nextSibling.data = e : this.T(pe.createTextNode(e)), this._$AH = e;
	}
	$(e) {
		let { values: t, _$litType$: n } = e, r = typeof n == "number" ? this._$AC(e) : (n.el === void 0 && (n.el = je.createElement(ke(n.h, n.h[0]), this.options)), n);
		if (this._$AH?._$AD === r) this._$AH.p(t);
		else {
			let e = new Ne(r, this), n = e.u(this.options);
			e.p(t), this.T(n), this._$AH = e;
		}
	}
	_$AC(e) {
		let t = De.get(e.strings);
		return t === void 0 && De.set(e.strings, t = new je(e)), t;
	}
	k(t) {
		me(this._$AH) || (this._$AH = [], this._$AR());
		let n = this._$AH, r, i = 0;
		for (let a of t) i === n.length ? n.push(r = new e(this.O(y()), this.O(y()), this, this.options)) : r = n[i], r._$AI(a), i++;
		i < n.length && (this._$AR(r && r._$AB.nextSibling, i), n.length = i);
	}
	_$AR(e = this._$AA.nextSibling, t) {
		for (this._$AP?.(!1, !0, t); e !== this._$AB;) {
			let t = se(e).nextSibling;
			se(e).remove(), e = t;
		}
	}
	setConnected(e) {
		this._$AM === void 0 && (this._$Cv = e, this._$AP?.(e));
	}
}, Fe = class {
	get tagName() {
		return this.element.tagName;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	constructor(e, t, n, r, i) {
		this.type = 1, this._$AH = S, this._$AN = void 0, this.element = e, this.name = t, this._$AM = r, this.options = i, n.length > 2 || n[0] !== "" || n[1] !== "" ? (this._$AH = Array(n.length - 1).fill(/* @__PURE__ */ new String()), this.strings = n) : this._$AH = S;
	}
	_$AI(e, t = this, n, r) {
		let i = this.strings, a = !1;
		if (i === void 0) e = Me(this, e, t, 0), a = !b(e) || e !== this._$AH && e !== Ee, a && (this._$AH = e);
		else {
			let r = e, o, s;
			for (e = i[0], o = 0; o < i.length - 1; o++) s = Me(this, r[n + o], t, o), s === Ee && (s = this._$AH[o]), a ||= !b(s) || s !== this._$AH[o], s === S ? e = S : e !== S && (e += (s ?? "") + i[o + 1]), this._$AH[o] = s;
		}
		a && !r && this.j(e);
	}
	j(e) {
		e === S ? this.element.removeAttribute(this.name) : this.element.setAttribute(this.name, e ?? "");
	}
}, Ie = class extends Fe {
	constructor() {
		super(...arguments), this.type = 3;
	}
	j(e) {
		this.element[this.name] = e === S ? void 0 : e;
	}
}, Le = class extends Fe {
	constructor() {
		super(...arguments), this.type = 4;
	}
	j(e) {
		this.element.toggleAttribute(this.name, !!e && e !== S);
	}
}, Re = class extends Fe {
	constructor(e, t, n, r, i) {
		super(e, t, n, r, i), this.type = 5;
	}
	_$AI(e, t = this) {
		if ((e = Me(this, e, t, 0) ?? S) === Ee) return;
		let n = this._$AH, r = e === S && n !== S || e.capture !== n.capture || e.once !== n.once || e.passive !== n.passive, i = e !== S && (n === S || r);
		r && this.element.removeEventListener(this.name, this, n), i && this.element.addEventListener(this.name, this, e), this._$AH = e;
	}
	handleEvent(e) {
		typeof this._$AH == "function" ? this._$AH.call(this.options?.host ?? this.element, e) : this._$AH.handleEvent(e);
	}
}, ze = class {
	constructor(e, t, n) {
		this.element = e, this.type = 6, this._$AN = void 0, this._$AM = t, this.options = n;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AI(e) {
		Me(this, e);
	}
}, Be = {
	M: ue,
	P: v,
	A: de,
	C: 1,
	L: Ae,
	R: Ne,
	D: he,
	V: Me,
	I: Pe,
	H: Fe,
	N: Le,
	U: Re,
	B: Ie,
	F: ze
}, Ve = oe.litHtmlPolyfillSupport;
Ve?.(je, Pe), (oe.litHtmlVersions ??= []).push("3.3.3");
var He = (e, t, n) => {
	let r = n?.renderBefore ?? t, i = r._$litPart$;
	if (i === void 0) {
		let e = n?.renderBefore ?? null;
		r._$litPart$ = i = new Pe(t.insertBefore(y(), e), e, void 0, n ?? {});
	}
	return i._$AI(e), i;
}, Ue = globalThis, We = class extends _ {
	constructor() {
		super(...arguments), this.renderOptions = { host: this }, this._$Do = void 0;
	}
	createRenderRoot() {
		let e = super.createRenderRoot();
		return this.renderOptions.renderBefore ??= e.firstChild, e;
	}
	update(e) {
		let t = this.render();
		this.hasUpdated || (this.renderOptions.isConnected = this.isConnected), super.update(e), this._$Do = He(t, this.renderRoot, this.renderOptions);
	}
	connectedCallback() {
		super.connectedCallback(), this._$Do?.setConnected(!0);
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this._$Do?.setConnected(!1);
	}
	render() {
		return Ee;
	}
};
We._$litElement$ = !0, We.finalized = !0, Ue.litElementHydrateSupport?.({ LitElement: We });
var Ge = Ue.litElementPolyfillSupport;
Ge?.({ LitElement: We }), (Ue.litElementVersions ??= []).push("4.2.2");
// node_modules/@lit/reactive-element/decorators/custom-element.js
var Ke = (e) => (t, n) => {
	n === void 0 ? customElements.define(e, t) : n.addInitializer(() => {
		customElements.define(e, t);
	});
}, qe = {
	attribute: !0,
	type: String,
	converter: re,
	reflect: !1,
	hasChanged: ie
}, Je = (e = qe, t, n) => {
	let { kind: r, metadata: i } = n, a = globalThis.litPropertyMetadata.get(i);
	if (a === void 0 && globalThis.litPropertyMetadata.set(i, a = /* @__PURE__ */ new Map()), r === "setter" && ((e = Object.create(e)).wrapped = !0), a.set(n.name, e), r === "accessor") {
		let { name: r } = n;
		return {
			set(n) {
				let i = t.get.call(this);
				t.set.call(this, n), this.requestUpdate(r, i, e, !0, n);
			},
			init(t) {
				return t !== void 0 && this.C(r, void 0, e, t), t;
			}
		};
	}
	if (r === "setter") {
		let { name: r } = n;
		return function(n) {
			let i = this[r];
			t.call(this, n), this.requestUpdate(r, i, e, !0, n);
		};
	}
	throw Error("Unsupported decorator location: " + r);
};
function Ye(e) {
	return (t, n) => typeof n == "object" ? Je(e, t, n) : ((e, t, n) => {
		let r = t.hasOwnProperty(n);
		return t.constructor.createProperty(n, e), r ? Object.getOwnPropertyDescriptor(t, n) : void 0;
	})(e, t, n);
}
// node_modules/@lit/reactive-element/decorators/state.js
function Xe(e) {
	return Ye({
		...e,
		state: !0,
		attribute: !1
	});
}
// node_modules/@lit/reactive-element/decorators/base.js
var Ze = (e, t, n) => (n.configurable = !0, n.enumerable = !0, Reflect.decorate && typeof t != "object" && Object.defineProperty(e, t, n), n);
// node_modules/@lit/reactive-element/decorators/query.js
function Qe(e, t) {
	return (n, r, i) => {
		let a = (t) => t.renderRoot?.querySelector(e) ?? null;
		if (t) {
			let { get: e, set: t } = typeof r == "object" ? n : i ?? (() => {
				let e = Symbol();
				return {
					get() {
						return this[e];
					},
					set(t) {
						this[e] = t;
					}
				};
			})();
			return Ze(n, r, { get() {
				let n = e.call(this);
				return n === void 0 && (n = a(this), (n !== null || this.hasUpdated) && t.call(this, n)), n;
			} });
		}
		return Ze(n, r, { get() {
			return a(this);
		} });
	};
}
// map/beside.ts
function $e(e, t) {
	let n = e.rows[e.row[t] ?? 0], r = t, i = t + 1;
	for (; n && n.first < r && e.apart[r] !== 1;) --r;
	for (; n && i < n.end && e.apart[i] !== 1;) i += 1;
	return [r, i];
}
function et(e, t, n, r, i) {
	let [a, o] = $e(e, t), s = (e) => e !== t && (r(e) || i(e));
	for (let e = n; 0 < e; --e) {
		let n, r = Infinity;
		for (let c = a; c + e <= o; c += 1) {
			let l = Array.from({ length: e }, (e, t) => c + t), u = l.filter((e) => !i(e));
			if (!l.every(s) || u.length === 0) continue;
			let d = Math.abs(c + (e - 1) / 2 - t), f = u.length * (o - a) + d;
			f < r && (r = f, n = u);
		}
		if (n) return n;
	}
	return [];
}
// map/choice.ts
var tt = class {
	constructor(e) {
		this.max = e, this.seats = /* @__PURE__ */ new Set(), this.areas = /* @__PURE__ */ new Map();
	}
	get count() {
		let e = 0;
		for (let t of this.areas.values()) e += t;
		return this.seats.size + e;
	}
	get left() {
		return Math.max(0, this.max - this.count);
	}
	toggle(e, t) {
		return this.seats.delete(e) ? "removed" : t ? this.left === 0 ? "full" : (this.seats.add(e), "added") : "gone";
	}
	setArea(e, t, n) {
		let r = this.areas.get(e) ?? 0, i = Math.min(n, r + this.left), a = Math.max(0, Math.min(t, i));
		return a === 0 ? this.areas.delete(e) : this.areas.set(e, a), a;
	}
	drop(e) {
		let t = [...this.seats].filter(e);
		for (let e of t) this.seats.delete(e);
		return t;
	}
	set(e, t) {
		this.clear();
		for (let t of e) this.seats.add(t);
		for (let [e, n] of t) this.areas.set(e, n);
	}
	clear() {
		this.seats.clear(), this.areas.clear();
	}
}, nt = class {
	constructor(e, t) {
		this.plan = e, this.own = /* @__PURE__ */ new Set(), this.areas = /* @__PURE__ */ new Map(), this.ownPlaces = /* @__PURE__ */ new Map(), this.free = t.slice(), this.open = t.slice(), this.openInRow = new Uint32Array(e.rows.length), this.open.forEach((e, t) => this.count(t, e));
	}
	isOpen(e) {
		return this.open[e] === 1;
	}
	placesIn(e) {
		return (this.areas.get(e) ?? 0) + (this.ownPlaces.get(e) ?? 0);
	}
	apply(e) {
		for (let { id: t, available: n } of e.areas) this.areas.set(t, n);
		return e.seats.flatMap(({ id: e, status: t }) => {
			let n = this.plan.byId.get(e);
			return n === void 0 ? [] : (this.free[n] = +(t === "available"), this.settle(n) ? [n] : []);
		});
	}
	replace(e) {
		return this.free = e.slice(), this.settleAll(e.keys());
	}
	hold(e, t) {
		let n = this.own;
		return this.ownPlaces = new Map(t), this.own = new Set(e), this.settleAll(/* @__PURE__ */ new Set([...n, ...this.own]));
	}
	settleAll(e) {
		let t = [];
		for (let n of e) this.settle(n) && t.push(n);
		return t;
	}
	settle(e) {
		let t = this.free[e] === 1 || this.own.has(e) ? 1 : 0, n = this.open[e] ?? 0;
		return this.open[e] = t, this.count(e, t - n), t !== n;
	}
	count(e, t) {
		let n = this.plan.row[e] ?? 0;
		this.openInRow[n] = (this.openInRow[n] ?? 0) + t;
	}
}, rt = {
	ATTRIBUTE: 1,
	CHILD: 2,
	PROPERTY: 3,
	BOOLEAN_ATTRIBUTE: 4,
	EVENT: 5,
	ELEMENT: 6
}, it = (e) => (...t) => ({
	_$litDirective$: e,
	values: t
}), at = class {
	constructor(e) {}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AT(e, t, n) {
		this._$Ct = e, this._$AM = t, this._$Ci = n;
	}
	_$AS(e, t) {
		return this.update(e, t);
	}
	update(e, t) {
		return this.render(...t);
	}
}, { I: ot } = Be, st = (e) => e, ct = () => document.createComment(""), lt = (e, t, n) => {
	let r = e._$AA.parentNode, i = t === void 0 ? e._$AB : t._$AA;
	if (n === void 0) n = new ot(r.insertBefore(ct(), i), r.insertBefore(ct(), i), e, e.options);
	else {
		let t = n._$AB.nextSibling, a = n._$AM, o = a !== e;
		if (o) {
			let t;
			n._$AQ?.(e), n._$AM = e, n._$AP !== void 0 && (t = e._$AU) !== a._$AU && n._$AP(t);
		}
		if (t !== i || o) {
			let e = n._$AA;
			for (; e !== t;) {
				let t = st(e).nextSibling;
				st(r).insertBefore(e, i), e = t;
			}
		}
	}
	return n;
}, ut = (e, t, n = e) => (e._$AI(t, n), e), dt = {}, ft = (e, t = dt) => e._$AH = t, pt = (e) => e._$AH, mt = (e) => {
	e._$AR(), e._$AA.remove();
}, ht = (e, t, n) => {
	let r = /* @__PURE__ */ new Map();
	for (let i = t; i <= n; i++) r.set(e[i], i);
	return r;
}, gt = it(class extends at {
	constructor(e) {
		if (super(e), e.type !== rt.CHILD) throw Error("repeat() can only be used in text expressions");
	}
	dt(e, t, n) {
		let r;
		n === void 0 ? n = t : t !== void 0 && (r = t);
		let i = [], a = [], o = 0;
		for (let t of e) i[o] = r ? r(t, o) : o, a[o] = n(t, o), o++;
		return {
			values: a,
			keys: i
		};
	}
	render(e, t, n) {
		return this.dt(e, t, n).values;
	}
	update(e, [t, n, r]) {
		let i = pt(e), { values: a, keys: o } = this.dt(t, n, r);
		if (!Array.isArray(i)) return this.ut = o, a;
		let s = this.ut ??= [], c = [], l, u, d = 0, f = i.length - 1, p = 0, m = a.length - 1;
		for (; d <= f && p <= m;) if (i[d] === null) d++;
		else if (i[f] === null) f--;
		else if (s[d] === o[p]) c[p] = ut(i[d], a[p]), d++, p++;
		else if (s[f] === o[m]) c[m] = ut(i[f], a[m]), f--, m--;
		else if (s[d] === o[m]) c[m] = ut(i[d], a[m]), lt(e, c[m + 1], i[d]), d++, m--;
		else if (s[f] === o[p]) c[p] = ut(i[f], a[p]), lt(e, i[d], i[f]), f--, p++;
		else if (l === void 0 && (l = ht(o, p, m), u = ht(s, d, f)), l.has(s[d])) {
			if (l.has(s[f])) {
				let t = u.get(o[p]), n = t === void 0 ? null : i[t];
				if (n === null) {
					let t = lt(e, i[d]);
					ut(t, a[p]), c[p] = t;
				} else c[p] = ut(n, a[p]), lt(e, i[d], n), i[t] = null;
				p++;
			} else mt(i[f]), f--;
		} else mt(i[d]), d++;
		for (; p <= m;) {
			let t = lt(e, c[m + 1]);
			ut(t, a[p]), c[p++] = t;
		}
		for (; d <= f;) {
			let e = i[d++];
			e !== null && mt(e);
		}
		return this.ut = o, ft(e, c), Ee;
	}
}), _t = "/* required styles */\r\n\r\n.leaflet-pane,\r\n.leaflet-tile,\r\n.leaflet-marker-icon,\r\n.leaflet-marker-shadow,\r\n.leaflet-tile-container,\r\n.leaflet-pane > svg,\r\n.leaflet-pane > canvas,\r\n.leaflet-zoom-box,\r\n.leaflet-image-layer,\r\n.leaflet-layer {\r\n	position: absolute;\r\n	left: 0;\r\n	top: 0;\r\n	}\r\n.leaflet-container {\r\n	overflow: hidden;\r\n	}\r\n.leaflet-tile,\r\n.leaflet-marker-icon,\r\n.leaflet-marker-shadow {\r\n	-webkit-user-select: none;\r\n	   -moz-user-select: none;\r\n	        user-select: none;\r\n	  -webkit-user-drag: none;\r\n	}\r\n/* Prevents IE11 from highlighting tiles in blue */\r\n.leaflet-tile::selection {\r\n	background: transparent;\r\n}\r\n/* Safari renders non-retina tile on retina better with this, but Chrome is worse */\r\n.leaflet-safari .leaflet-tile {\r\n	image-rendering: -webkit-optimize-contrast;\r\n	}\r\n/* hack that prevents hw layers \"stretching\" when loading new tiles */\r\n.leaflet-safari .leaflet-tile-container {\r\n	width: 1600px;\r\n	height: 1600px;\r\n	-webkit-transform-origin: 0 0;\r\n	}\r\n.leaflet-marker-icon,\r\n.leaflet-marker-shadow {\r\n	display: block;\r\n	}\r\n/* .leaflet-container svg: reset svg max-width decleration shipped in Joomla! (joomla.org) 3.x */\r\n/* .leaflet-container img: map is broken in FF if you have max-width: 100% on tiles */\r\n.leaflet-container .leaflet-overlay-pane svg {\r\n	max-width: none !important;\r\n	max-height: none !important;\r\n	}\r\n.leaflet-container .leaflet-marker-pane img,\r\n.leaflet-container .leaflet-shadow-pane img,\r\n.leaflet-container .leaflet-tile-pane img,\r\n.leaflet-container img.leaflet-image-layer,\r\n.leaflet-container .leaflet-tile {\r\n	max-width: none !important;\r\n	max-height: none !important;\r\n	width: auto;\r\n	padding: 0;\r\n	}\r\n\r\n.leaflet-container img.leaflet-tile {\r\n	/* See: https://bugs.chromium.org/p/chromium/issues/detail?id=600120 */\r\n	mix-blend-mode: plus-lighter;\r\n}\r\n\r\n.leaflet-container.leaflet-touch-zoom {\r\n	-ms-touch-action: pan-x pan-y;\r\n	touch-action: pan-x pan-y;\r\n	}\r\n.leaflet-container.leaflet-touch-drag {\r\n	-ms-touch-action: pinch-zoom;\r\n	/* Fallback for FF which doesn't support pinch-zoom */\r\n	touch-action: none;\r\n	touch-action: pinch-zoom;\r\n}\r\n.leaflet-container.leaflet-touch-drag.leaflet-touch-zoom {\r\n	-ms-touch-action: none;\r\n	touch-action: none;\r\n}\r\n.leaflet-container {\r\n	-webkit-tap-highlight-color: transparent;\r\n}\r\n.leaflet-container a {\r\n	-webkit-tap-highlight-color: rgba(51, 181, 229, 0.4);\r\n}\r\n.leaflet-tile {\r\n	filter: inherit;\r\n	visibility: hidden;\r\n	}\r\n.leaflet-tile-loaded {\r\n	visibility: inherit;\r\n	}\r\n.leaflet-zoom-box {\r\n	width: 0;\r\n	height: 0;\r\n	-moz-box-sizing: border-box;\r\n	     box-sizing: border-box;\r\n	z-index: 800;\r\n	}\r\n/* workaround for https://bugzilla.mozilla.org/show_bug.cgi?id=888319 */\r\n.leaflet-overlay-pane svg {\r\n	-moz-user-select: none;\r\n	}\r\n\r\n.leaflet-pane         { z-index: 400; }\r\n\r\n.leaflet-tile-pane    { z-index: 200; }\r\n.leaflet-overlay-pane { z-index: 400; }\r\n.leaflet-shadow-pane  { z-index: 500; }\r\n.leaflet-marker-pane  { z-index: 600; }\r\n.leaflet-tooltip-pane   { z-index: 650; }\r\n.leaflet-popup-pane   { z-index: 700; }\r\n\r\n.leaflet-map-pane canvas { z-index: 100; }\r\n.leaflet-map-pane svg    { z-index: 200; }\r\n\r\n.leaflet-vml-shape {\r\n	width: 1px;\r\n	height: 1px;\r\n	}\r\n.lvml {\r\n	behavior: url(#default#VML);\r\n	display: inline-block;\r\n	position: absolute;\r\n	}\r\n\r\n\r\n/* control positioning */\r\n\r\n.leaflet-control {\r\n	position: relative;\r\n	z-index: 800;\r\n	pointer-events: visiblePainted; /* IE 9-10 doesn't have auto */\r\n	pointer-events: auto;\r\n	}\r\n.leaflet-top,\r\n.leaflet-bottom {\r\n	position: absolute;\r\n	z-index: 1000;\r\n	pointer-events: none;\r\n	}\r\n.leaflet-top {\r\n	top: 0;\r\n	}\r\n.leaflet-right {\r\n	right: 0;\r\n	}\r\n.leaflet-bottom {\r\n	bottom: 0;\r\n	}\r\n.leaflet-left {\r\n	left: 0;\r\n	}\r\n.leaflet-control {\r\n	float: left;\r\n	clear: both;\r\n	}\r\n.leaflet-right .leaflet-control {\r\n	float: right;\r\n	}\r\n.leaflet-top .leaflet-control {\r\n	margin-top: 10px;\r\n	}\r\n.leaflet-bottom .leaflet-control {\r\n	margin-bottom: 10px;\r\n	}\r\n.leaflet-left .leaflet-control {\r\n	margin-left: 10px;\r\n	}\r\n.leaflet-right .leaflet-control {\r\n	margin-right: 10px;\r\n	}\r\n\r\n\r\n/* zoom and fade animations */\r\n\r\n.leaflet-fade-anim .leaflet-popup {\r\n	opacity: 0;\r\n	-webkit-transition: opacity 0.2s linear;\r\n	   -moz-transition: opacity 0.2s linear;\r\n	        transition: opacity 0.2s linear;\r\n	}\r\n.leaflet-fade-anim .leaflet-map-pane .leaflet-popup {\r\n	opacity: 1;\r\n	}\r\n.leaflet-zoom-animated {\r\n	-webkit-transform-origin: 0 0;\r\n	    -ms-transform-origin: 0 0;\r\n	        transform-origin: 0 0;\r\n	}\r\nsvg.leaflet-zoom-animated {\r\n	will-change: transform;\r\n}\r\n\r\n.leaflet-zoom-anim .leaflet-zoom-animated {\r\n	-webkit-transition: -webkit-transform 0.25s cubic-bezier(0,0,0.25,1);\r\n	   -moz-transition:    -moz-transform 0.25s cubic-bezier(0,0,0.25,1);\r\n	        transition:         transform 0.25s cubic-bezier(0,0,0.25,1);\r\n	}\r\n.leaflet-zoom-anim .leaflet-tile,\r\n.leaflet-pan-anim .leaflet-tile {\r\n	-webkit-transition: none;\r\n	   -moz-transition: none;\r\n	        transition: none;\r\n	}\r\n\r\n.leaflet-zoom-anim .leaflet-zoom-hide {\r\n	visibility: hidden;\r\n	}\r\n\r\n\r\n/* cursors */\r\n\r\n.leaflet-interactive {\r\n	cursor: pointer;\r\n	}\r\n.leaflet-grab {\r\n	cursor: -webkit-grab;\r\n	cursor:    -moz-grab;\r\n	cursor:         grab;\r\n	}\r\n.leaflet-crosshair,\r\n.leaflet-crosshair .leaflet-interactive {\r\n	cursor: crosshair;\r\n	}\r\n.leaflet-popup-pane,\r\n.leaflet-control {\r\n	cursor: auto;\r\n	}\r\n.leaflet-dragging .leaflet-grab,\r\n.leaflet-dragging .leaflet-grab .leaflet-interactive,\r\n.leaflet-dragging .leaflet-marker-draggable {\r\n	cursor: move;\r\n	cursor: -webkit-grabbing;\r\n	cursor:    -moz-grabbing;\r\n	cursor:         grabbing;\r\n	}\r\n\r\n/* marker & overlays interactivity */\r\n.leaflet-marker-icon,\r\n.leaflet-marker-shadow,\r\n.leaflet-image-layer,\r\n.leaflet-pane > svg path,\r\n.leaflet-tile-container {\r\n	pointer-events: none;\r\n	}\r\n\r\n.leaflet-marker-icon.leaflet-interactive,\r\n.leaflet-image-layer.leaflet-interactive,\r\n.leaflet-pane > svg path.leaflet-interactive,\r\nsvg.leaflet-image-layer.leaflet-interactive path {\r\n	pointer-events: visiblePainted; /* IE 9-10 doesn't have auto */\r\n	pointer-events: auto;\r\n	}\r\n\r\n/* visual tweaks */\r\n\r\n.leaflet-container {\r\n	background: #ddd;\r\n	outline-offset: 1px;\r\n	}\r\n.leaflet-container a {\r\n	color: #0078A8;\r\n	}\r\n.leaflet-zoom-box {\r\n	border: 2px dotted #38f;\r\n	background: rgba(255,255,255,0.5);\r\n	}\r\n\r\n\r\n/* general typography */\r\n.leaflet-container {\r\n	font-family: \"Helvetica Neue\", Arial, Helvetica, sans-serif;\r\n	font-size: 12px;\r\n	font-size: 0.75rem;\r\n	line-height: 1.5;\r\n	}\r\n\r\n\r\n/* general toolbar styles */\r\n\r\n.leaflet-bar {\r\n	box-shadow: 0 1px 5px rgba(0,0,0,0.65);\r\n	border-radius: 4px;\r\n	}\r\n.leaflet-bar a {\r\n	background-color: #fff;\r\n	border-bottom: 1px solid #ccc;\r\n	width: 26px;\r\n	height: 26px;\r\n	line-height: 26px;\r\n	display: block;\r\n	text-align: center;\r\n	text-decoration: none;\r\n	color: black;\r\n	}\r\n.leaflet-bar a,\r\n.leaflet-control-layers-toggle {\r\n	background-position: 50% 50%;\r\n	background-repeat: no-repeat;\r\n	display: block;\r\n	}\r\n.leaflet-bar a:hover,\r\n.leaflet-bar a:focus {\r\n	background-color: #f4f4f4;\r\n	}\r\n.leaflet-bar a:first-child {\r\n	border-top-left-radius: 4px;\r\n	border-top-right-radius: 4px;\r\n	}\r\n.leaflet-bar a:last-child {\r\n	border-bottom-left-radius: 4px;\r\n	border-bottom-right-radius: 4px;\r\n	border-bottom: none;\r\n	}\r\n.leaflet-bar a.leaflet-disabled {\r\n	cursor: default;\r\n	background-color: #f4f4f4;\r\n	color: #bbb;\r\n	}\r\n\r\n.leaflet-touch .leaflet-bar a {\r\n	width: 30px;\r\n	height: 30px;\r\n	line-height: 30px;\r\n	}\r\n.leaflet-touch .leaflet-bar a:first-child {\r\n	border-top-left-radius: 2px;\r\n	border-top-right-radius: 2px;\r\n	}\r\n.leaflet-touch .leaflet-bar a:last-child {\r\n	border-bottom-left-radius: 2px;\r\n	border-bottom-right-radius: 2px;\r\n	}\r\n\r\n/* zoom control */\r\n\r\n.leaflet-control-zoom-in,\r\n.leaflet-control-zoom-out {\r\n	font: bold 18px 'Lucida Console', Monaco, monospace;\r\n	text-indent: 1px;\r\n	}\r\n\r\n.leaflet-touch .leaflet-control-zoom-in, .leaflet-touch .leaflet-control-zoom-out  {\r\n	font-size: 22px;\r\n	}\r\n\r\n\r\n/* layers control */\r\n\r\n.leaflet-control-layers {\r\n	box-shadow: 0 1px 5px rgba(0,0,0,0.4);\r\n	background: #fff;\r\n	border-radius: 5px;\r\n	}\r\n.leaflet-control-layers-toggle {\r\n	background-image: url(images/layers.png);\r\n	width: 36px;\r\n	height: 36px;\r\n	}\r\n.leaflet-retina .leaflet-control-layers-toggle {\r\n	background-image: url(images/layers-2x.png);\r\n	background-size: 26px 26px;\r\n	}\r\n.leaflet-touch .leaflet-control-layers-toggle {\r\n	width: 44px;\r\n	height: 44px;\r\n	}\r\n.leaflet-control-layers .leaflet-control-layers-list,\r\n.leaflet-control-layers-expanded .leaflet-control-layers-toggle {\r\n	display: none;\r\n	}\r\n.leaflet-control-layers-expanded .leaflet-control-layers-list {\r\n	display: block;\r\n	position: relative;\r\n	}\r\n.leaflet-control-layers-expanded {\r\n	padding: 6px 10px 6px 6px;\r\n	color: #333;\r\n	background: #fff;\r\n	}\r\n.leaflet-control-layers-scrollbar {\r\n	overflow-y: scroll;\r\n	overflow-x: hidden;\r\n	padding-right: 5px;\r\n	}\r\n.leaflet-control-layers-selector {\r\n	margin-top: 2px;\r\n	position: relative;\r\n	top: 1px;\r\n	}\r\n.leaflet-control-layers label {\r\n	display: block;\r\n	font-size: 13px;\r\n	font-size: 1.08333em;\r\n	}\r\n.leaflet-control-layers-separator {\r\n	height: 0;\r\n	border-top: 1px solid #ddd;\r\n	margin: 5px -10px 5px -6px;\r\n	}\r\n\r\n/* Default icon URLs */\r\n.leaflet-default-icon-path { /* used only in path-guessing heuristic, see L.Icon.Default */\r\n	background-image: url(images/marker-icon.png);\r\n	}\r\n\r\n\r\n/* attribution and scale controls */\r\n\r\n.leaflet-container .leaflet-control-attribution {\r\n	background: #fff;\r\n	background: rgba(255, 255, 255, 0.8);\r\n	margin: 0;\r\n	}\r\n.leaflet-control-attribution,\r\n.leaflet-control-scale-line {\r\n	padding: 0 5px;\r\n	color: #333;\r\n	line-height: 1.4;\r\n	}\r\n.leaflet-control-attribution a {\r\n	text-decoration: none;\r\n	}\r\n.leaflet-control-attribution a:hover,\r\n.leaflet-control-attribution a:focus {\r\n	text-decoration: underline;\r\n	}\r\n.leaflet-attribution-flag {\r\n	display: inline !important;\r\n	vertical-align: baseline !important;\r\n	width: 1em;\r\n	height: 0.6669em;\r\n	}\r\n.leaflet-left .leaflet-control-scale {\r\n	margin-left: 5px;\r\n	}\r\n.leaflet-bottom .leaflet-control-scale {\r\n	margin-bottom: 5px;\r\n	}\r\n.leaflet-control-scale-line {\r\n	border: 2px solid #777;\r\n	border-top: none;\r\n	line-height: 1.1;\r\n	padding: 2px 5px 1px;\r\n	white-space: nowrap;\r\n	-moz-box-sizing: border-box;\r\n	     box-sizing: border-box;\r\n	background: rgba(255, 255, 255, 0.8);\r\n	text-shadow: 1px 1px #fff;\r\n	}\r\n.leaflet-control-scale-line:not(:first-child) {\r\n	border-top: 2px solid #777;\r\n	border-bottom: none;\r\n	margin-top: -2px;\r\n	}\r\n.leaflet-control-scale-line:not(:first-child):not(:last-child) {\r\n	border-bottom: 2px solid #777;\r\n	}\r\n\r\n.leaflet-touch .leaflet-control-attribution,\r\n.leaflet-touch .leaflet-control-layers,\r\n.leaflet-touch .leaflet-bar {\r\n	box-shadow: none;\r\n	}\r\n.leaflet-touch .leaflet-control-layers,\r\n.leaflet-touch .leaflet-bar {\r\n	border: 2px solid rgba(0,0,0,0.2);\r\n	background-clip: padding-box;\r\n	}\r\n\r\n\r\n/* popup */\r\n\r\n.leaflet-popup {\r\n	position: absolute;\r\n	text-align: center;\r\n	margin-bottom: 20px;\r\n	}\r\n.leaflet-popup-content-wrapper {\r\n	padding: 1px;\r\n	text-align: left;\r\n	border-radius: 12px;\r\n	}\r\n.leaflet-popup-content {\r\n	margin: 13px 24px 13px 20px;\r\n	line-height: 1.3;\r\n	font-size: 13px;\r\n	font-size: 1.08333em;\r\n	min-height: 1px;\r\n	}\r\n.leaflet-popup-content p {\r\n	margin: 17px 0;\r\n	margin: 1.3em 0;\r\n	}\r\n.leaflet-popup-tip-container {\r\n	width: 40px;\r\n	height: 20px;\r\n	position: absolute;\r\n	left: 50%;\r\n	margin-top: -1px;\r\n	margin-left: -20px;\r\n	overflow: hidden;\r\n	pointer-events: none;\r\n	}\r\n.leaflet-popup-tip {\r\n	width: 17px;\r\n	height: 17px;\r\n	padding: 1px;\r\n\r\n	margin: -10px auto 0;\r\n	pointer-events: auto;\r\n\r\n	-webkit-transform: rotate(45deg);\r\n	   -moz-transform: rotate(45deg);\r\n	    -ms-transform: rotate(45deg);\r\n	        transform: rotate(45deg);\r\n	}\r\n.leaflet-popup-content-wrapper,\r\n.leaflet-popup-tip {\r\n	background: white;\r\n	color: #333;\r\n	box-shadow: 0 3px 14px rgba(0,0,0,0.4);\r\n	}\r\n.leaflet-container a.leaflet-popup-close-button {\r\n	position: absolute;\r\n	top: 0;\r\n	right: 0;\r\n	border: none;\r\n	text-align: center;\r\n	width: 24px;\r\n	height: 24px;\r\n	font: 16px/24px Tahoma, Verdana, sans-serif;\r\n	color: #757575;\r\n	text-decoration: none;\r\n	background: transparent;\r\n	}\r\n.leaflet-container a.leaflet-popup-close-button:hover,\r\n.leaflet-container a.leaflet-popup-close-button:focus {\r\n	color: #585858;\r\n	}\r\n.leaflet-popup-scrolled {\r\n	overflow: auto;\r\n	}\r\n\r\n.leaflet-oldie .leaflet-popup-content-wrapper {\r\n	-ms-zoom: 1;\r\n	}\r\n.leaflet-oldie .leaflet-popup-tip {\r\n	width: 24px;\r\n	margin: 0 auto;\r\n\r\n	-ms-filter: \"progid:DXImageTransform.Microsoft.Matrix(M11=0.70710678, M12=0.70710678, M21=-0.70710678, M22=0.70710678)\";\r\n	filter: progid:DXImageTransform.Microsoft.Matrix(M11=0.70710678, M12=0.70710678, M21=-0.70710678, M22=0.70710678);\r\n	}\r\n\r\n.leaflet-oldie .leaflet-control-zoom,\r\n.leaflet-oldie .leaflet-control-layers,\r\n.leaflet-oldie .leaflet-popup-content-wrapper,\r\n.leaflet-oldie .leaflet-popup-tip {\r\n	border: 1px solid #999;\r\n	}\r\n\r\n\r\n/* div icon */\r\n\r\n.leaflet-div-icon {\r\n	background: #fff;\r\n	border: 1px solid #666;\r\n	}\r\n\r\n\r\n/* Tooltip */\r\n/* Base styles for the element that has a tooltip */\r\n.leaflet-tooltip {\r\n	position: absolute;\r\n	padding: 6px;\r\n	background-color: #fff;\r\n	border: 1px solid #fff;\r\n	border-radius: 3px;\r\n	color: #222;\r\n	white-space: nowrap;\r\n	-webkit-user-select: none;\r\n	-moz-user-select: none;\r\n	-ms-user-select: none;\r\n	user-select: none;\r\n	pointer-events: none;\r\n	box-shadow: 0 1px 3px rgba(0,0,0,0.4);\r\n	}\r\n.leaflet-tooltip.leaflet-interactive {\r\n	cursor: pointer;\r\n	pointer-events: auto;\r\n	}\r\n.leaflet-tooltip-top:before,\r\n.leaflet-tooltip-bottom:before,\r\n.leaflet-tooltip-left:before,\r\n.leaflet-tooltip-right:before {\r\n	position: absolute;\r\n	pointer-events: none;\r\n	border: 6px solid transparent;\r\n	background: transparent;\r\n	content: \"\";\r\n	}\r\n\r\n/* Directions */\r\n\r\n.leaflet-tooltip-bottom {\r\n	margin-top: 6px;\r\n}\r\n.leaflet-tooltip-top {\r\n	margin-top: -6px;\r\n}\r\n.leaflet-tooltip-bottom:before,\r\n.leaflet-tooltip-top:before {\r\n	left: 50%;\r\n	margin-left: -6px;\r\n	}\r\n.leaflet-tooltip-top:before {\r\n	bottom: 0;\r\n	margin-bottom: -12px;\r\n	border-top-color: #fff;\r\n	}\r\n.leaflet-tooltip-bottom:before {\r\n	top: 0;\r\n	margin-top: -12px;\r\n	margin-left: -6px;\r\n	border-bottom-color: #fff;\r\n	}\r\n.leaflet-tooltip-left {\r\n	margin-left: -6px;\r\n}\r\n.leaflet-tooltip-right {\r\n	margin-left: 6px;\r\n}\r\n.leaflet-tooltip-left:before,\r\n.leaflet-tooltip-right:before {\r\n	top: 50%;\r\n	margin-top: -6px;\r\n	}\r\n.leaflet-tooltip-left:before {\r\n	right: 0;\r\n	margin-right: -12px;\r\n	border-left-color: #fff;\r\n	}\r\n.leaflet-tooltip-right:before {\r\n	left: 0;\r\n	margin-left: -12px;\r\n	border-right-color: #fff;\r\n	}\r\n\r\n/* Printing */\r\n\r\n@media print {\r\n	/* Prevent printers from removing background-images of controls. */\r\n	.leaflet-control {\r\n		-webkit-print-color-adjust: exact;\r\n		print-color-adjust: exact;\r\n		}\r\n	}\r\n", vt = o`
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
`, yt = o`
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
`, bt = o`
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
    gap: 0.75rem;
    grid-template-columns: minmax(0, 1fr);
    grid-template-areas: "tools" "list" "map" "legend" "areas" "notice" "choice";
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
    margin: 0;
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
    margin: 0;
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
`, xt = o`
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
    inset-block-start: 0.6rem;
    inset-inline-end: 0.6rem;
    z-index: 1000;
    display: grid;
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
`, St = [
	a(_t),
	vt,
	yt,
	bt,
	xt
];
// \0@oxc-project+runtime@0.156.0/helpers/esm/decorate.js
function C(e, t, n, r) {
	var i = arguments.length, a = i < 3 ? t : r === null ? r = Object.getOwnPropertyDescriptor(t, n) : r, o;
	if (typeof Reflect == "object" && typeof Reflect.decorate == "function") a = Reflect.decorate(e, t, n, r);
	else for (var s = e.length - 1; s >= 0; s--) (o = e[s]) && (a = (i < 3 ? o(a) : i > 3 ? o(t, n, a) : o(t, n)) || a);
	return i > 3 && a && Object.defineProperty(t, n, a), a;
}
// map/list.ts
var Ct = {
	ArrowDown: 1,
	ArrowUp: -1,
	PageDown: 10,
	PageUp: -10,
	Home: -Infinity,
	End: Infinity
}, wt = class extends We {
	constructor(...e) {
		super(...e), this.items = [], this.heading = "", this.active = 0, this.moveFocus = !1;
	}
	static {
		this.styles = [yt, o`
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
    `];
	}
	enter() {
		this.active = +(this.items[0]?.kind === "back" && this.items.length > 1), this.moveFocus = !0, this.requestUpdate();
	}
	get hasFocus() {
		return this.shadowRoot?.activeElement instanceof HTMLButtonElement;
	}
	willUpdate(e) {
		if (!e.has("items")) return;
		let t = e.get("items")?.[this.active], n = this.items.findIndex((e) => t && Tt(e) === Tt(t));
		n < 0 && this.hasFocus && (this.moveFocus = !0), this.active = Math.min(n < 0 ? this.active : n, Math.max(0, this.items.length - 1));
	}
	updated() {
		this.moveFocus && (this.moveFocus = !1, this.button(this.active)?.focus());
	}
	render() {
		return x`
      <h2 id="heading">${this.heading}</h2>
      <ul role="list" aria-labelledby="heading" @keydown=${this.press} @focusout=${this.leave}>
        ${gt(this.items, Tt, (e, t) => this.line(e, t))}
      </ul>
      ${this.items.length === 0 ? x`<p>Nothing is free here at the moment.</p>` : S}
    `;
	}
	line(e, t) {
		let n = e.kind === "seat" ? String(e.chosen) : S;
		return x`<li>
      <button
        type="button"
        class=${e.kind + (e.chosen ? " chosen" : "")}
        tabindex=${t === this.active ? 0 : -1}
        aria-pressed=${n}
        @click=${() => this.tell("step", e)}
        @focus=${() => this.look(t)}
      >
        <span>${e.kind === "back" ? "← " : ""}${e.label}</span>
        <span class="note">${e.note}</span>
      </button>
    </li>`;
	}
	press(e) {
		let t = Ct[e.key], n = e.key === "ArrowRight" || e.key === "ArrowLeft" || e.key === "Escape";
		if (t === void 0 && !n) return;
		let r = this.items[this.active], i = this.items[0]?.kind === "back" ? this.items[0] : void 0;
		if (t !== void 0) {
			let e = this.items.length - 1;
			this.button(Math.max(0, Math.min(e, this.active + t)))?.focus();
		} else if (e.key === "ArrowRight") r && r.kind !== "seat" && r.kind !== "back" && this.tell("step", r);
		else if (i) this.tell("step", i);
		else if (e.key === "Escape") return;
		e.preventDefault();
	}
	look(e) {
		this.active = e, this.tell("look", this.items[e]), this.requestUpdate();
	}
	leave() {
		this.tell("look", void 0);
	}
	button(e) {
		return this.shadowRoot?.querySelectorAll("button")[e];
	}
	tell(e, t) {
		this.dispatchEvent(new CustomEvent(e, { detail: t }));
	}
};
C([Ye({ attribute: !1 })], wt.prototype, "items", void 0), C([Ye()], wt.prototype, "heading", void 0), wt = C([Ke("usher-seat-list")], wt);
function Tt(e) {
	return `${e.kind}-${e.at}`;
}
// map/sse.ts
var Et = /[\r\n]/g, Dt = class {
	constructor(e = "") {
		this.lastId = "", this.line = "", this.atStart = !0, this.afterReturn = !1, this.event = "", this.data = [], this.id = "", this.lastId = e, this.id = e;
	}
	push(e) {
		let t = [], n = 0;
		this.atStart && e !== "" && (this.atStart = !1, e.startsWith("﻿") && (n = 1));
		for (let r = n; r < e.length; r += 1) {
			let i = e[r] === "\r";
			if (!i && e[r] !== "\n") r = Ot(e, r) - 1, this.afterReturn = !1;
			else {
				if (i || !this.afterReturn || r !== n) {
					let i = this.take(this.line + e.slice(n, r));
					i && t.push(i), this.line = "";
				}
				this.afterReturn = i, n = r + 1;
			}
		}
		return this.line += e.slice(n), t;
	}
	take(e) {
		if (e === "") return this.finish();
		let t = e.indexOf(":");
		if (t === 0) return;
		let n = t < 0 ? e : e.slice(0, t), r = e[t + 1] === " " ? 2 : 1, i = t < 0 ? "" : e.slice(t + r);
		switch (n) {
			case "event":
				this.event = i;
				break;
			case "data":
				this.data.push(i);
				break;
			case "id":
				i.includes("\0") || (this.id = i);
				break;
			case "retry": /^\d+$/.test(i) && (this.retryMs = Number(i));
		}
	}
	finish() {
		let { event: e, data: t, id: n } = this;
		if (this.lastId = n, this.event = "", this.data = [], t.length !== 0) return {
			event: e === "" ? "message" : e,
			data: t.join("\n"),
			id: n
		};
	}
};
function Ot(e, t) {
	return Et.lastIndex = t, Et.exec(e)?.index ?? e.length;
}
// map/live.ts
var kt = 35e3, At = 1e3;
async function jt(e) {
	let { endpoints: t, signal: n } = e, r = e.lastId, i = At;
	for (let a = 0; !n.aborted; a += 1) {
		let o = new Dt(r);
		try {
			await Mt(t[a % t.length] ?? "", o, e);
		} catch (e) {
			if (!n.aborted && !Nt(e)) throw e;
		}
		if (n.aborted) return;
		e.connected(!1), r = o.lastId, i = o.retryMs ?? i, await Pt(i * Math.random(), n);
	}
}
async function Mt(e, t, n) {
	let r = new AbortController(), i = AbortSignal.any([n.signal, r.signal]), a = { Accept: "text/event-stream" };
	t.lastId !== "" && (a["Last-Event-ID"] = t.lastId);
	let o = setTimeout(() => r.abort(), kt);
	try {
		let s = new URL(`/v1/shows/${encodeURIComponent(n.show)}/stream`, e), c = await (n.fetch ?? fetch)(s, {
			headers: a,
			signal: i,
			cache: "no-store"
		});
		if (!c.ok || !c.body) return;
		n.connected(!0);
		let l = c.body.getReader(), u = new TextDecoder();
		for (;;) {
			let { done: e, value: i } = await l.read();
			if (e) return;
			clearTimeout(o), o = setTimeout(() => r.abort(), kt);
			for (let e of t.push(u.decode(i, { stream: !0 }))) {
				let i = await n.take(e);
				if (i !== void 0) {
					t.lastId = i, r.abort();
					return;
				}
			}
		}
	} finally {
		clearTimeout(o), r.abort();
	}
}
function Nt(e) {
	return e instanceof TypeError || e instanceof DOMException && e.name === "AbortError";
}
function Pt(e, t) {
	return new Promise((n) => {
		let r = setTimeout(n, e);
		t.addEventListener("abort", () => {
			clearTimeout(r), n();
		}, { once: !0 });
	});
}
// map/cut.ts
var Ft = 34, It = 92, Lt = 91, Rt = 93, zt = 123, Bt = 125, Vt = class {
	constructor(e, t) {
		this.depth = e, this.take = t, this.utf8 = new TextDecoder(), this.rest = /* @__PURE__ */ new Uint8Array(), this.around = "", this.level = 0, this.inText = !1, this.escaped = !1, this.count = 0;
	}
	push(e) {
		let t = Ht(this.rest, e), { depth: n } = this, { level: r, inText: i, escaped: a } = this, o = 0;
		for (let e = this.rest.length; e < t.length; e += 1) {
			let s = t[e];
			if (i) a ? a = !1 : s === It ? a = !0 : s === Ft && (i = !1);
			else switch (s) {
				case Ft:
					i = !0;
					break;
				case Lt:
					r += 1;
					break;
				case Rt:
					--r;
					break;
				case zt:
					r += 1, r === n && (this.around += this.utf8.decode(t.subarray(o, e)), o = e);
					break;
				case Bt: r === n && (this.take(JSON.parse(this.utf8.decode(t.subarray(o, e + 1)))), this.around += String(this.count), this.count += 1, o = e + 1), --r;
			}
		}
		this.level = r, this.inText = i, this.escaped = a, this.rest = t.slice(o);
	}
	end() {
		return JSON.parse(this.around + this.utf8.decode(this.rest));
	}
};
function Ht(e, t) {
	if (e.length === 0) return t;
	let n = new Uint8Array(e.length + t.length);
	return n.set(e), n.set(t, e.length), n;
}
// map/packed.ts
var Ut = 4, Wt = 2, Gt = 3;
function Kt(e, t) {
	if (e.length !== Math.ceil(t / Ut)) throw Error(`${e.length} bytes are not the states of ${t} seats`);
	let n = new Uint8Array(t);
	for (let r = 0; r < t; r += 1) {
		let t = (e[Math.floor(r / Ut)] ?? 0) >> r % Ut * Wt & Gt;
		n[r] = +(t === 0);
	}
	return n;
}
// map/plan.ts
var qt = 5, Jt = 1.8, Yt = 3, Xt = class {
	constructor() {
		this.cutter = new Vt(qt, (e) => this.take(e)), this.cuts = [], this.ids = [], this.labels = [], this.numbers = [], this.x = [], this.y = [], this.radius = [], this.apart = [], this.category = [], this.categoryNames = /* @__PURE__ */ new Map(), this.byId = /* @__PURE__ */ new Map();
	}
	push(e) {
		this.cutter.push(e);
	}
	end() {
		let e = this.cutter.end(), t = new Uint32Array(this.ids.length), n = [], r = [], i = [];
		for (let a of e.zones) {
			let e = r.length;
			for (let e of a.rows) {
				let i = this.cuts[e];
				i.zone = n.length, t.fill(r.length, i.first, i.end), r.push(i);
				for (let e = i.first; e < i.end; e += 1) this.x[e] = (this.x[e] ?? 0) + a.position.x, this.y[e] = (this.y[e] ?? 0) + a.position.y;
			}
			for (let e of a.areas) {
				let t = this.cuts[e];
				i.push({
					...t,
					position: Zt(t.position, a.position)
				});
			}
			n.push({
				name: a.name,
				first: e,
				end: r.length
			});
		}
		let a = {
			name: e.name,
			categories: this.categories(e.categories),
			zones: n,
			rows: r,
			drawings: i,
			size: this.ids.length,
			ids: this.ids,
			labels: this.labels,
			numbers: this.numbers,
			x: Float32Array.from(this.x),
			y: Float32Array.from(this.y),
			radius: Float32Array.from(this.radius),
			category: Uint16Array.from(this.category),
			row: t,
			apart: Uint8Array.from(this.apart),
			byId: this.byId
		};
		return {
			...a,
			bounds: Qt(a)
		};
	}
	take(e) {
		if (!("seats" in e)) {
			this.cuts.push(e);
			return;
		}
		let t = this.ids.length;
		for (let t of e.seats) this.byId.set(t.id, this.ids.length), this.ids.push(t.id), this.labels.push(t.label), this.numbers.push(t.seat_number), this.x.push(e.position.x + t.position.x), this.y.push(e.position.y + t.position.y), this.radius.push(t.radius), this.category.push(this.categoryOf(t.category));
		this.markApart(t), this.cuts.push({
			zone: 0,
			number: e.row_number,
			first: t,
			end: this.ids.length
		});
	}
	categoryOf(e) {
		let t = this.categoryNames.get(e);
		return t === void 0 ? (this.categoryNames.set(e, this.categoryNames.size), this.categoryNames.size - 1) : t;
	}
	categories(e) {
		let t = new Map(e.map((e) => [e.name, e.color]));
		return [...this.categoryNames.keys()].map((e) => ({
			name: e,
			color: t.get(e) ?? ""
		}));
	}
	markApart(e) {
		let t = [];
		for (let n = e + 1; n < this.x.length; n += 1) {
			let e = (this.x[n] ?? 0) - (this.x[n - 1] ?? 0), r = (this.y[n] ?? 0) - (this.y[n - 1] ?? 0);
			t.push(Math.hypot(e, r));
		}
		let n = [...t].sort((e, t) => e - t)[Math.floor((t.length - 1) / 2)] ?? 0;
		e < this.x.length && this.apart.push(0);
		for (let e of t) this.apart.push(+(n > 0 && e > n * Jt));
	}
};
function Zt(e, t) {
	return {
		x: e.x + t.x,
		y: e.y + t.y
	};
}
function Qt(e) {
	let t = {
		minX: Infinity,
		minY: Infinity,
		maxX: -Infinity,
		maxY: -Infinity
	}, n = (e, n, r) => {
		t.minX = Math.min(t.minX, e - r), t.minY = Math.min(t.minY, n - r), t.maxX = Math.max(t.maxX, e + r), t.maxY = Math.max(t.maxY, n + r);
	};
	for (let t = 0; t < e.size; t += 1) n(e.x[t] ?? 0, e.y[t] ?? 0, Yt * (e.radius[t] ?? 0));
	for (let t of e.drawings) {
		let { minX: e, minY: r, maxX: i, maxY: a } = $t(t);
		n(e, r, 0), n(i, a, 0);
	}
	return e.size + e.drawings.length > 0 ? t : {
		minX: 0,
		minY: 0,
		maxX: 1,
		maxY: 1
	};
}
function $t(e) {
	let { x: t, y: n } = e.position, { rectangle: r, circle: i, ellipse: a, polygon: o, text: s } = e, c = [{
		x: 0,
		y: 0
	}];
	r && c.push({
		x: r.width,
		y: r.height
	});
	let l = i ? {
		x: i.radius,
		y: i.radius
	} : a?.radius;
	if (l && c.push({
		x: -l.x,
		y: -l.y
	}, l), o && c.push(...o.points), s?.text) {
		let e = s.text.length * (s.size ?? 16) * .5, t = s.position ?? {
			x: 0,
			y: 0
		};
		c.push({
			x: t.x - e,
			y: t.y - e
		}, {
			x: t.x + e,
			y: t.y + e
		});
	}
	if (e.rotation) {
		let e = Math.max(...c.map((e) => Math.hypot(e.x, e.y)));
		return {
			minX: t - e,
			minY: n - e,
			maxX: t + e,
			maxY: n + e
		};
	}
	return {
		minX: t + Math.min(...c.map((e) => e.x)),
		minY: n + Math.min(...c.map((e) => e.y)),
		maxX: t + Math.max(...c.map((e) => e.x)),
		maxY: n + Math.max(...c.map((e) => e.y))
	};
}
// node_modules/openapi-fetch/dist/index.mjs
var en = /\{[^{}]+\}/g, tn = () => typeof process == "object" && Number.parseInt(process?.versions?.node?.substring(0, 2)) >= 18 && process.versions.undici;
function nn() {
	return Math.random().toString(36).slice(2, 11);
}
function rn(e) {
	let { baseUrl: t = "", Request: n = globalThis.Request, fetch: r = globalThis.fetch, querySerializer: i, bodySerializer: a, pathSerializer: o, headers: s, requestInitExt: c = void 0, ...l } = { ...e };
	c = tn() ? c : void 0, t = pn(t);
	let u = [];
	async function d(e, d) {
		let { baseUrl: f, fetch: p = r, Request: m = n, headers: h, params: g = {}, parseAs: ee = "json", querySerializer: te, bodySerializer: ne = a ?? un, pathSerializer: re, body: ie, middleware: ae = [], ..._ } = d || {}, oe = t;
		f && (oe = pn(f) ?? t);
		let se = typeof i == "function" ? i : cn(i);
		te && (se = typeof te == "function" ? te : cn({
			...typeof i == "object" ? i : {},
			...te
		}));
		let ce = re || o || ln, le = ie === void 0 ? void 0 : ne(ie, fn(s, h, g.header)), ue = fn(le === void 0 || le instanceof FormData ? {} : { "Content-Type": "application/json" }, s, h, g.header), v = [...u, ...ae], de = {
			redirect: "follow",
			...l,
			..._,
			body: le,
			headers: ue
		}, fe, pe, y = new m(dn(e, {
			baseUrl: oe,
			params: g,
			querySerializer: se,
			pathSerializer: ce
		}), de), b;
		for (let e in _) e in y || (y[e] = _[e]);
		if (v.length) {
			fe = nn(), pe = Object.freeze({
				baseUrl: oe,
				fetch: p,
				parseAs: ee,
				querySerializer: se,
				bodySerializer: ne,
				pathSerializer: ce
			});
			for (let t of v) if (t && typeof t == "object" && typeof t.onRequest == "function") {
				let n = await t.onRequest({
					request: y,
					schemaPath: e,
					params: g,
					options: pe,
					id: fe
				});
				if (n) {
					if (n instanceof m) y = n;
					else if (n instanceof Response) {
						b = n;
						break;
					} else throw Error("onRequest: must return new Request() or Response() when modifying the request");
				}
			}
		}
		if (!b) {
			try {
				b = await p(y, c);
			} catch (t) {
				let n = t;
				if (v.length) for (let t = v.length - 1; t >= 0; t--) {
					let r = v[t];
					if (r && typeof r == "object" && typeof r.onError == "function") {
						let t = await r.onError({
							request: y,
							error: n,
							schemaPath: e,
							params: g,
							options: pe,
							id: fe
						});
						if (t) {
							if (t instanceof Response) {
								n = void 0, b = t;
								break;
							}
							if (t instanceof Error) {
								n = t;
								continue;
							}
							throw Error("onError: must return new Response() or instance of Error");
						}
					}
				}
				if (n) throw n;
			}
			if (v.length) for (let t = v.length - 1; t >= 0; t--) {
				let n = v[t];
				if (n && typeof n == "object" && typeof n.onResponse == "function") {
					let t = await n.onResponse({
						request: y,
						response: b,
						schemaPath: e,
						params: g,
						options: pe,
						id: fe
					});
					if (t) {
						if (!(t instanceof Response)) throw Error("onResponse: must return new Response() when modifying the response");
						b = t;
					}
				}
			}
		}
		let me = b.headers.get("Content-Length");
		if (b.status === 204 || y.method === "HEAD" || me === "0" && !b.headers.get("Transfer-Encoding")?.includes("chunked")) return b.ok ? {
			data: void 0,
			response: b
		} : {
			error: void 0,
			response: b
		};
		if (b.ok) return {
			data: await (async () => {
				if (ee === "stream") return b.body;
				if (ee === "json" && !me) {
					let e = await b.text();
					return e ? JSON.parse(e) : void 0;
				}
				return await b[ee]();
			})(),
			response: b
		};
		let he = await b.text();
		try {
			he = JSON.parse(he);
		} catch {}
		return {
			error: he,
			response: b
		};
	}
	return {
		request(e, t, n) {
			return d(t, {
				...n,
				method: e.toUpperCase()
			});
		},
		GET(e, t) {
			return d(e, {
				...t,
				method: "GET"
			});
		},
		PUT(e, t) {
			return d(e, {
				...t,
				method: "PUT"
			});
		},
		POST(e, t) {
			return d(e, {
				...t,
				method: "POST"
			});
		},
		DELETE(e, t) {
			return d(e, {
				...t,
				method: "DELETE"
			});
		},
		OPTIONS(e, t) {
			return d(e, {
				...t,
				method: "OPTIONS"
			});
		},
		HEAD(e, t) {
			return d(e, {
				...t,
				method: "HEAD"
			});
		},
		PATCH(e, t) {
			return d(e, {
				...t,
				method: "PATCH"
			});
		},
		TRACE(e, t) {
			return d(e, {
				...t,
				method: "TRACE"
			});
		},
		use(...e) {
			for (let t of e) if (t) {
				if (typeof t != "object" || !("onRequest" in t || "onResponse" in t || "onError" in t)) throw Error("Middleware must be an object with one of `onRequest()`, `onResponse() or `onError()`");
				u.push(t);
			}
		},
		eject(...e) {
			for (let t of e) {
				let e = u.indexOf(t);
				e !== -1 && u.splice(e, 1);
			}
		}
	};
}
function an(e, t, n) {
	if (t == null) return "";
	if (typeof t == "object") throw Error("Deeply-nested arrays/objects aren’t supported. Provide your own `querySerializer()` to handle these.");
	return `${e}=${n?.allowReserved === !0 ? t : encodeURIComponent(t)}`;
}
function on(e, t, n) {
	if (!t || typeof t != "object") return "";
	let r = [], i = {
		simple: ",",
		label: ".",
		matrix: ";"
	}[n.style] || "&";
	if (n.style !== "deepObject" && n.explode === !1) {
		for (let e in t) r.push(e, n.allowReserved === !0 ? t[e] : encodeURIComponent(t[e]));
		let i = r.join(",");
		switch (n.style) {
			case "form": return `${e}=${i}`;
			case "label": return `.${i}`;
			case "matrix": return `;${e}=${i}`;
			default: return i;
		}
	}
	for (let i in t) {
		let a = n.style === "deepObject" ? `${e}[${i}]` : i;
		r.push(an(a, t[i], n));
	}
	let a = r.join(i);
	return n.style === "label" || n.style === "matrix" ? `${i}${a}` : a;
}
function sn(e, t, n) {
	if (!Array.isArray(t)) return "";
	if (n.explode === !1) {
		let r = {
			form: ",",
			spaceDelimited: "%20",
			pipeDelimited: "|"
		}[n.style] || ",", i = (n.allowReserved === !0 ? t : t.map((e) => encodeURIComponent(e))).join(r);
		switch (n.style) {
			case "simple": return i;
			case "label": return `.${i}`;
			case "matrix": return `;${e}=${i}`;
			default: return `${e}=${i}`;
		}
	}
	let r = {
		simple: ",",
		label: ".",
		matrix: ";"
	}[n.style] || "&", i = [];
	for (let r of t) n.style === "simple" || n.style === "label" ? i.push(n.allowReserved === !0 ? r : encodeURIComponent(r)) : i.push(an(e, r, n));
	return n.style === "label" || n.style === "matrix" ? `${r}${i.join(r)}` : i.join(r);
}
function cn(e) {
	return function(t) {
		let n = [];
		if (t && typeof t == "object") for (let r in t) {
			let i = t[r];
			if (i != null) {
				if (Array.isArray(i)) {
					if (i.length === 0) continue;
					n.push(sn(r, i, {
						style: "form",
						explode: !0,
						...e?.array,
						allowReserved: e?.allowReserved || !1
					}));
				} else typeof i == "object" ? n.push(on(r, i, {
					style: "deepObject",
					explode: !0,
					...e?.object,
					allowReserved: e?.allowReserved || !1
				})) : n.push(an(r, i, e));
			}
		}
		return n.join("&");
	};
}
function ln(e, t) {
	let n = e;
	for (let r of e.match(en) ?? []) {
		let e = r.substring(1, r.length - 1), i = !1, a = "simple";
		if (e.endsWith("*") && (i = !0, e = e.substring(0, e.length - 1)), e.startsWith(".") ? (a = "label", e = e.substring(1)) : e.startsWith(";") && (a = "matrix", e = e.substring(1)), !t || t[e] === void 0 || t[e] === null) continue;
		let o = t[e];
		n = Array.isArray(o) ? n.replace(r, sn(e, o, {
			style: a,
			explode: i
		})) : typeof o == "object" ? n.replace(r, on(e, o, {
			style: a,
			explode: i
		})) : a === "matrix" ? n.replace(r, `;${an(e, o)}`) : n.replace(r, a === "label" ? `.${encodeURIComponent(o)}` : encodeURIComponent(o));
	}
	return n;
}
function un(e, t) {
	return e instanceof FormData ? e : t && (t.get instanceof Function ? t.get("Content-Type") ?? t.get("content-type") : t["Content-Type"] ?? t["content-type"]) === "application/x-www-form-urlencoded" ? new URLSearchParams(e).toString() : JSON.stringify(e);
}
function dn(e, t) {
	let n = `${t.baseUrl}${e}`;
	t.params?.path && (n = t.pathSerializer(n, t.params.path));
	let r = t.querySerializer(t.params.query ?? {});
	return r.startsWith("?") && (r = r.substring(1)), r && (n += `?${r}`), n;
}
function fn(...e) {
	let t = new Headers();
	for (let n of e) {
		if (!n || typeof n != "object") continue;
		let e = n instanceof Headers ? n.entries() : Object.entries(n);
		for (let [n, r] of e) if (r === null) t.delete(n);
		else if (Array.isArray(r)) for (let e of r) t.append(n, e);
		else r !== void 0 && t.set(n, r);
	}
	return t;
}
function pn(e) {
	return e.endsWith("/") ? e.substring(0, e.length - 1) : e;
}
// client/index.ts
var mn = class extends Error {
	problem;
	response;
	constructor(e, t) {
		super(`${e.code}: ${e.detail}`), this.problem = e, this.response = t, this.name = "ProblemError";
	}
	is(e) {
		return this.problem.code === e;
	}
}, hn = /* @__PURE__ */ new Set([
	"POST",
	"PATCH",
	"PUT",
	"DELETE"
]), gn = /* @__PURE__ */ new Set([
	429,
	502,
	503,
	504
]), _n = 50, vn = 2e3;
function yn(e) {
	let [t] = e.endpoints;
	if (t === void 0) throw TypeError("an endpoint is needed");
	let n = { lastIndex: 0 }, r = {};
	e.token !== void 0 && (r.Authorization = `Bearer ${e.token}`), e.user !== void 0 && (r["X-User-Id"] = e.user), e.role !== void 0 && (r["X-Usher-Role"] = e.role);
	let i = rn({
		baseUrl: t,
		headers: r,
		fetch: (t) => Sn(t, e, n)
	});
	return Object.defineProperty(i, "lastIndex", { get: () => n.lastIndex });
}
async function bn(e) {
	let { data: t, error: n, response: r } = await e;
	if (!r.ok) throw new mn(xn(n, r), r);
	return t;
}
function xn(e, t) {
	if (typeof e == "object" && e && "code" in e) return e;
	throw Error(`${t.url} answered ${t.status} without a problem`);
}
async function Sn(e, t, n) {
	let r = t.fetch ?? ((e) => fetch(e)), i = new URL(e.url), a = hn.has(e.method), o = new Headers(e.headers);
	a && !o.has("Idempotency-Key") && o.set("Idempotency-Key", crypto.randomUUID()), !a && n.lastIndex > 0 && Cn(i) && i.searchParams.set("min_index", String(n.lastIndex));
	let s = a ? await e.text() : "", c = Date.now() + (t.patienceMs ?? 3e4);
	for (let l = 0;; l += 1) {
		let u = t.endpoints[l % t.endpoints.length] ?? i.origin, d = new URL(i.pathname + i.search, u), f = c - Date.now(), p = AbortSignal.any([e.signal, AbortSignal.timeout(Math.max(1, Math.min(f, t.attemptMs ?? 1e4)))]), m = {
			method: e.method,
			headers: o,
			signal: p
		};
		s !== "" && (m.body = s);
		let h = Math.min(vn, _n * 2 ** l) * (.5 + Math.random()), g;
		try {
			let e = await r(new Request(d, m));
			if (!(gn.has(e.status) || e.status === 412 && !a)) return wn(e, a, n), e;
			let t = Number(e.headers.get("Retry-After"));
			t > 0 && (h = Math.max(h, t * 1e3)), g = { response: e };
		} catch (t) {
			if (e.signal.aborted) throw t;
			g = { error: t };
		}
		if (c <= Date.now() + h) {
			if (g.response !== void 0) return g.response;
			throw g.error;
		}
		await g.response?.body?.cancel(), await new Promise((e) => setTimeout(e, h));
	}
}
function Cn(e) {
	return e.pathname.startsWith("/v1/") && ![
		"/v1/gateways",
		"/v1/cluster",
		"/v1/cluster/debug"
	].includes(e.pathname) && !e.searchParams.has("min_index");
}
function wn(e, t, n) {
	let r = Number(e.headers.get("Usher-Applied-Index"));
	t && Number.isSafeInteger(r) && (n.lastIndex = Math.max(n.lastIndex, r));
}
// map/load.ts
var Tn = 12, En = 131072, Dn = 3;
function On(e, t, n) {
	return bn(e.GET("/v1/shows/{show}", {
		params: { path: { show: t } },
		signal: n
	}));
}
async function kn(e, t, n) {
	let r = new Xt(), i = t.seat_map;
	return i ? (await Mn(await bn(e.GET("/v1/shows/{show}/seat-map", {
		params: {
			path: { show: t.id },
			query: { v: i.hash }
		},
		parseAs: "stream",
		signal: n
	})), (e) => r.push(e)), r.end()) : (r.push(new TextEncoder().encode("{\"name\":\"\",\"categories\":[],\"zones\":[]}")), r.end());
}
async function An(e, t, n, r) {
	let i = { show: t.id };
	if (t.areas.length === 0) {
		let t = e.GET("/v1/shows/{show}/seats", {
			params: {
				path: i,
				query: { format: "packed" }
			},
			parseAs: "arrayBuffer",
			signal: r
		}), a = new Uint8Array(await bn(t)), { size: o } = await n, { response: s } = await t;
		return {
			free: Kt(a, o),
			areas: [],
			lastId: jn(s)
		};
	}
	let a = e.GET("/v1/shows/{show}/seats", {
		params: { path: i },
		parseAs: "stream",
		signal: r
	}), o = await bn(a), { size: s, byId: c } = await n, l = new Uint8Array(s), u = [], d = new Vt(Dn, (e) => {
		let t = e;
		t.available !== void 0 && u.push({
			id: t.id,
			available: t.available
		});
		let n = t.status === "available" ? c.get(t.id) : void 0;
		n !== void 0 && (l[n] = 1);
	});
	return await Mn(o, (e) => d.push(e)), d.end(), {
		free: l,
		areas: u,
		lastId: jn((await a).response)
	};
}
function jn(e) {
	return /^(?:W\/)?"(\d+-\d+)-/.exec(e.headers.get("ETag") ?? "")?.[1] ?? "";
}
async function Mn(e, t) {
	if (!e) throw Error("an answer without a body");
	let n = e.getReader(), r = performance.now();
	for (;;) {
		let { done: e, value: i } = await n.read();
		if (e) return;
		for (let e = 0; e < i.length; e += En) t(i.subarray(e, e + En)), Tn < performance.now() - r && (await Nn(), r = performance.now());
	}
}
function Nn() {
	return new Promise((e) => {
		let { port1: t, port2: n } = new MessageChannel();
		t.onmessage = () => {
			t.close(), e();
		}, n.postMessage(void 0);
	});
}
// node_modules/leaflet/dist/leaflet-src.esm.js
function w(e) {
	for (var t, n = 1, r = arguments.length, i; n < r; n++) for (t in i = arguments[n], i) e[t] = i[t];
	return e;
}
var Pn = Object.create || (function() {
	function e() {}
	return function(t) {
		return e.prototype = t, new e();
	};
})();
function T(e, t) {
	var n = Array.prototype.slice;
	if (e.bind) return e.bind.apply(e, n.call(arguments, 1));
	var r = n.call(arguments, 2);
	return function() {
		return e.apply(t, r.length ? r.concat(n.call(arguments)) : arguments);
	};
}
var Fn = 0;
function E(e) {
	return "_leaflet_id" in e || (e._leaflet_id = ++Fn), e._leaflet_id;
}
function In(e, t, n) {
	var r, i, a, o = function() {
		r = !1, i &&= (a.apply(n, i), !1);
	};
	return a = function() {
		r ? i = arguments : (e.apply(n, arguments), setTimeout(o, t), r = !0);
	}, a;
}
function Ln(e, t, n) {
	var r = t[1], i = t[0], a = r - i;
	return e === r && n ? e : ((e - i) % a + a) % a + i;
}
function D() {
	return !1;
}
function Rn(e, t) {
	if (t === !1) return e;
	var n = 10 ** (t === void 0 ? 6 : t);
	return Math.round(e * n) / n;
}
function zn(e) {
	return e.trim ? e.trim() : e.replace(/^\s+|\s+$/g, "");
}
function Bn(e) {
	return zn(e).split(/\s+/);
}
function O(e, t) {
	for (var n in Object.prototype.hasOwnProperty.call(e, "options") || (e.options = e.options ? Pn(e.options) : {}), t) e.options[n] = t[n];
	return e.options;
}
function Vn(e, t, n) {
	var r = [];
	for (var i in e) r.push(encodeURIComponent(n ? i.toUpperCase() : i) + "=" + encodeURIComponent(e[i]));
	return (!t || t.indexOf("?") === -1 ? "?" : "&") + r.join("&");
}
var Hn = /\{ *([\w_ -]+) *\}/g;
function Un(e, t) {
	return e.replace(Hn, function(e, n) {
		var r = t[n];
		if (r === void 0) throw Error("No value provided for variable " + e);
		return typeof r == "function" && (r = r(t)), r;
	});
}
var Wn = Array.isArray || function(e) {
	return Object.prototype.toString.call(e) === "[object Array]";
};
function Gn(e, t) {
	for (var n = 0; n < e.length; n++) if (e[n] === t) return n;
	return -1;
}
var Kn = "data:image/gif;base64,R0lGODlhAQABAAD/ACwAAAAAAQABAAACADs=";
function qn(e) {
	return window["webkit" + e] || window["moz" + e] || window["ms" + e];
}
var Jn = 0;
function Yn(e) {
	var t = +/* @__PURE__ */ new Date(), n = Math.max(0, 16 - (t - Jn));
	return Jn = t + n, window.setTimeout(e, n);
}
var Xn = window.requestAnimationFrame || qn("RequestAnimationFrame") || Yn, Zn = window.cancelAnimationFrame || qn("CancelAnimationFrame") || qn("CancelRequestAnimationFrame") || function(e) {
	window.clearTimeout(e);
};
function k(e, t, n) {
	if (n && Xn === Yn) e.call(t);
	else return Xn.call(window, T(e, t));
}
function A(e) {
	e && Zn.call(window, e);
}
var Qn = {
	__proto__: null,
	extend: w,
	create: Pn,
	bind: T,
	get lastId() {
		return Fn;
	},
	stamp: E,
	throttle: In,
	wrapNum: Ln,
	falseFn: D,
	formatNum: Rn,
	trim: zn,
	splitWords: Bn,
	setOptions: O,
	getParamString: Vn,
	template: Un,
	isArray: Wn,
	indexOf: Gn,
	emptyImageUrl: Kn,
	requestFn: Xn,
	cancelFn: Zn,
	requestAnimFrame: k,
	cancelAnimFrame: A
};
function $n() {}
$n.extend = function(e) {
	var t = function() {
		O(this), this.initialize && this.initialize.apply(this, arguments), this.callInitHooks();
	}, n = t.__super__ = this.prototype, r = Pn(n);
	for (var i in r.constructor = t, t.prototype = r, this) Object.prototype.hasOwnProperty.call(this, i) && i !== "prototype" && i !== "__super__" && (t[i] = this[i]);
	return e.statics && w(t, e.statics), e.includes && (er(e.includes), w.apply(null, [r].concat(e.includes))), w(r, e), delete r.statics, delete r.includes, r.options && (r.options = n.options ? Pn(n.options) : {}, w(r.options, e.options)), r._initHooks = [], r.callInitHooks = function() {
		if (!this._initHooksCalled) {
			n.callInitHooks && n.callInitHooks.call(this), this._initHooksCalled = !0;
			for (var e = 0, t = r._initHooks.length; e < t; e++) r._initHooks[e].call(this);
		}
	}, t;
}, $n.include = function(e) {
	var t = this.prototype.options;
	return w(this.prototype, e), e.options && (this.prototype.options = t, this.mergeOptions(e.options)), this;
}, $n.mergeOptions = function(e) {
	return w(this.prototype.options, e), this;
}, $n.addInitHook = function(e) {
	var t = Array.prototype.slice.call(arguments, 1), n = typeof e == "function" ? e : function() {
		this[e].apply(this, t);
	};
	return this.prototype._initHooks = this.prototype._initHooks || [], this.prototype._initHooks.push(n), this;
};
function er(e) {
	if (typeof L < "u" && L && L.Mixin) {
		e = Wn(e) ? e : [e];
		for (var t = 0; t < e.length; t++) e[t] === L.Mixin.Events && console.warn("Deprecated include of L.Mixin.Events: this property will be removed in future releases, please inherit from L.Evented instead.", (/* @__PURE__ */ Error()).stack);
	}
}
var j = {
	on: function(e, t, n) {
		if (typeof e == "object") for (var r in e) this._on(r, e[r], t);
		else {
			e = Bn(e);
			for (var i = 0, a = e.length; i < a; i++) this._on(e[i], t, n);
		}
		return this;
	},
	off: function(e, t, n) {
		if (!arguments.length) delete this._events;
		else if (typeof e == "object") for (var r in e) this._off(r, e[r], t);
		else {
			e = Bn(e);
			for (var i = arguments.length === 1, a = 0, o = e.length; a < o; a++) i ? this._off(e[a]) : this._off(e[a], t, n);
		}
		return this;
	},
	_on: function(e, t, n, r) {
		if (typeof t != "function") console.warn("wrong listener type: " + typeof t);
		else if (this._listens(e, t, n) === !1) {
			n === this && (n = void 0);
			var i = {
				fn: t,
				ctx: n
			};
			r && (i.once = !0), this._events = this._events || {}, this._events[e] = this._events[e] || [], this._events[e].push(i);
		}
	},
	_off: function(e, t, n) {
		var r, i, a;
		if (this._events && (r = this._events[e], r)) {
			if (arguments.length === 1) {
				if (this._firingCount) for (i = 0, a = r.length; i < a; i++) r[i].fn = D;
				delete this._events[e];
			} else if (typeof t != "function") console.warn("wrong listener type: " + typeof t);
			else {
				var o = this._listens(e, t, n);
				if (o !== !1) {
					var s = r[o];
					this._firingCount && (s.fn = D, this._events[e] = r = r.slice()), r.splice(o, 1);
				}
			}
		}
	},
	fire: function(e, t, n) {
		if (!this.listens(e, n)) return this;
		var r = w({}, t, {
			type: e,
			target: this,
			sourceTarget: t && t.sourceTarget || this
		});
		if (this._events) {
			var i = this._events[e];
			if (i) {
				this._firingCount = this._firingCount + 1 || 1;
				for (var a = 0, o = i.length; a < o; a++) {
					var s = i[a], c = s.fn;
					s.once && this.off(e, c, s.ctx), c.call(s.ctx || this, r);
				}
				this._firingCount--;
			}
		}
		return n && this._propagateEvent(r), this;
	},
	listens: function(e, t, n, r) {
		typeof e != "string" && console.warn("\"string\" type argument expected");
		var i = t;
		typeof t != "function" && (r = !!t, i = void 0, n = void 0);
		var a = this._events && this._events[e];
		if (a && a.length && this._listens(e, i, n) !== !1) return !0;
		if (r) {
			for (var o in this._eventParents) if (this._eventParents[o].listens(e, t, n, r)) return !0;
		}
		return !1;
	},
	_listens: function(e, t, n) {
		if (!this._events) return !1;
		var r = this._events[e] || [];
		if (!t) return !!r.length;
		n === this && (n = void 0);
		for (var i = 0, a = r.length; i < a; i++) if (r[i].fn === t && r[i].ctx === n) return i;
		return !1;
	},
	once: function(e, t, n) {
		if (typeof e == "object") for (var r in e) this._on(r, e[r], t, !0);
		else {
			e = Bn(e);
			for (var i = 0, a = e.length; i < a; i++) this._on(e[i], t, n, !0);
		}
		return this;
	},
	addEventParent: function(e) {
		return this._eventParents = this._eventParents || {}, this._eventParents[E(e)] = e, this;
	},
	removeEventParent: function(e) {
		return this._eventParents && delete this._eventParents[E(e)], this;
	},
	_propagateEvent: function(e) {
		for (var t in this._eventParents) this._eventParents[t].fire(e.type, w({
			layer: e.target,
			propagatedFrom: e.target
		}, e), !0);
	}
};
j.addEventListener = j.on, j.removeEventListener = j.clearAllEventListeners = j.off, j.addOneTimeEventListener = j.once, j.fireEvent = j.fire, j.hasEventListeners = j.listens;
var tr = $n.extend(j);
function M(e, t, n) {
	this.x = n ? Math.round(e) : e, this.y = n ? Math.round(t) : t;
}
var nr = Math.trunc || function(e) {
	return e > 0 ? Math.floor(e) : Math.ceil(e);
};
M.prototype = {
	clone: function() {
		return new M(this.x, this.y);
	},
	add: function(e) {
		return this.clone()._add(N(e));
	},
	_add: function(e) {
		return this.x += e.x, this.y += e.y, this;
	},
	subtract: function(e) {
		return this.clone()._subtract(N(e));
	},
	_subtract: function(e) {
		return this.x -= e.x, this.y -= e.y, this;
	},
	divideBy: function(e) {
		return this.clone()._divideBy(e);
	},
	_divideBy: function(e) {
		return this.x /= e, this.y /= e, this;
	},
	multiplyBy: function(e) {
		return this.clone()._multiplyBy(e);
	},
	_multiplyBy: function(e) {
		return this.x *= e, this.y *= e, this;
	},
	scaleBy: function(e) {
		return new M(this.x * e.x, this.y * e.y);
	},
	unscaleBy: function(e) {
		return new M(this.x / e.x, this.y / e.y);
	},
	round: function() {
		return this.clone()._round();
	},
	_round: function() {
		return this.x = Math.round(this.x), this.y = Math.round(this.y), this;
	},
	floor: function() {
		return this.clone()._floor();
	},
	_floor: function() {
		return this.x = Math.floor(this.x), this.y = Math.floor(this.y), this;
	},
	ceil: function() {
		return this.clone()._ceil();
	},
	_ceil: function() {
		return this.x = Math.ceil(this.x), this.y = Math.ceil(this.y), this;
	},
	trunc: function() {
		return this.clone()._trunc();
	},
	_trunc: function() {
		return this.x = nr(this.x), this.y = nr(this.y), this;
	},
	distanceTo: function(e) {
		e = N(e);
		var t = e.x - this.x, n = e.y - this.y;
		return Math.sqrt(t * t + n * n);
	},
	equals: function(e) {
		return e = N(e), e.x === this.x && e.y === this.y;
	},
	contains: function(e) {
		return e = N(e), Math.abs(e.x) <= Math.abs(this.x) && Math.abs(e.y) <= Math.abs(this.y);
	},
	toString: function() {
		return "Point(" + Rn(this.x) + ", " + Rn(this.y) + ")";
	}
};
function N(e, t, n) {
	return e instanceof M ? e : Wn(e) ? new M(e[0], e[1]) : e == null ? e : typeof e == "object" && "x" in e && "y" in e ? new M(e.x, e.y) : new M(e, t, n);
}
function P(e, t) {
	if (e) for (var n = t ? [e, t] : e, r = 0, i = n.length; r < i; r++) this.extend(n[r]);
}
P.prototype = {
	extend: function(e) {
		var t, n;
		if (!e) return this;
		if (e instanceof M || typeof e[0] == "number" || "x" in e) t = n = N(e);
		else if (e = F(e), t = e.min, n = e.max, !t || !n) return this;
		return !this.min && !this.max ? (this.min = t.clone(), this.max = n.clone()) : (this.min.x = Math.min(t.x, this.min.x), this.max.x = Math.max(n.x, this.max.x), this.min.y = Math.min(t.y, this.min.y), this.max.y = Math.max(n.y, this.max.y)), this;
	},
	getCenter: function(e) {
		return N((this.min.x + this.max.x) / 2, (this.min.y + this.max.y) / 2, e);
	},
	getBottomLeft: function() {
		return N(this.min.x, this.max.y);
	},
	getTopRight: function() {
		return N(this.max.x, this.min.y);
	},
	getTopLeft: function() {
		return this.min;
	},
	getBottomRight: function() {
		return this.max;
	},
	getSize: function() {
		return this.max.subtract(this.min);
	},
	contains: function(e) {
		var t, n;
		return e = typeof e[0] == "number" || e instanceof M ? N(e) : F(e), e instanceof P ? (t = e.min, n = e.max) : t = n = e, t.x >= this.min.x && n.x <= this.max.x && t.y >= this.min.y && n.y <= this.max.y;
	},
	intersects: function(e) {
		e = F(e);
		var t = this.min, n = this.max, r = e.min, i = e.max, a = i.x >= t.x && r.x <= n.x, o = i.y >= t.y && r.y <= n.y;
		return a && o;
	},
	overlaps: function(e) {
		e = F(e);
		var t = this.min, n = this.max, r = e.min, i = e.max, a = i.x > t.x && r.x < n.x, o = i.y > t.y && r.y < n.y;
		return a && o;
	},
	isValid: function() {
		return !!(this.min && this.max);
	},
	pad: function(e) {
		var t = this.min, n = this.max, r = Math.abs(t.x - n.x) * e, i = Math.abs(t.y - n.y) * e;
		return F(N(t.x - r, t.y - i), N(n.x + r, n.y + i));
	},
	equals: function(e) {
		return e ? (e = F(e), this.min.equals(e.getTopLeft()) && this.max.equals(e.getBottomRight())) : !1;
	}
};
function F(e, t) {
	return !e || e instanceof P ? e : new P(e, t);
}
function I(e, t) {
	if (e) for (var n = t ? [e, t] : e, r = 0, i = n.length; r < i; r++) this.extend(n[r]);
}
I.prototype = {
	extend: function(e) {
		var t = this._southWest, n = this._northEast, r, i;
		if (e instanceof z) r = e, i = e;
		else if (e instanceof I) {
			if (r = e._southWest, i = e._northEast, !r || !i) return this;
		} else return e ? this.extend(B(e) || R(e)) : this;
		return !t && !n ? (this._southWest = new z(r.lat, r.lng), this._northEast = new z(i.lat, i.lng)) : (t.lat = Math.min(r.lat, t.lat), t.lng = Math.min(r.lng, t.lng), n.lat = Math.max(i.lat, n.lat), n.lng = Math.max(i.lng, n.lng)), this;
	},
	pad: function(e) {
		var t = this._southWest, n = this._northEast, r = Math.abs(t.lat - n.lat) * e, i = Math.abs(t.lng - n.lng) * e;
		return new I(new z(t.lat - r, t.lng - i), new z(n.lat + r, n.lng + i));
	},
	getCenter: function() {
		return new z((this._southWest.lat + this._northEast.lat) / 2, (this._southWest.lng + this._northEast.lng) / 2);
	},
	getSouthWest: function() {
		return this._southWest;
	},
	getNorthEast: function() {
		return this._northEast;
	},
	getNorthWest: function() {
		return new z(this.getNorth(), this.getWest());
	},
	getSouthEast: function() {
		return new z(this.getSouth(), this.getEast());
	},
	getWest: function() {
		return this._southWest.lng;
	},
	getSouth: function() {
		return this._southWest.lat;
	},
	getEast: function() {
		return this._northEast.lng;
	},
	getNorth: function() {
		return this._northEast.lat;
	},
	contains: function(e) {
		e = typeof e[0] == "number" || e instanceof z || "lat" in e ? B(e) : R(e);
		var t = this._southWest, n = this._northEast, r, i;
		return e instanceof I ? (r = e.getSouthWest(), i = e.getNorthEast()) : r = i = e, r.lat >= t.lat && i.lat <= n.lat && r.lng >= t.lng && i.lng <= n.lng;
	},
	intersects: function(e) {
		e = R(e);
		var t = this._southWest, n = this._northEast, r = e.getSouthWest(), i = e.getNorthEast(), a = i.lat >= t.lat && r.lat <= n.lat, o = i.lng >= t.lng && r.lng <= n.lng;
		return a && o;
	},
	overlaps: function(e) {
		e = R(e);
		var t = this._southWest, n = this._northEast, r = e.getSouthWest(), i = e.getNorthEast(), a = i.lat > t.lat && r.lat < n.lat, o = i.lng > t.lng && r.lng < n.lng;
		return a && o;
	},
	toBBoxString: function() {
		return [
			this.getWest(),
			this.getSouth(),
			this.getEast(),
			this.getNorth()
		].join(",");
	},
	equals: function(e, t) {
		return e ? (e = R(e), this._southWest.equals(e.getSouthWest(), t) && this._northEast.equals(e.getNorthEast(), t)) : !1;
	},
	isValid: function() {
		return !!(this._southWest && this._northEast);
	}
};
function R(e, t) {
	return e instanceof I ? e : new I(e, t);
}
function z(e, t, n) {
	if (isNaN(e) || isNaN(t)) throw Error("Invalid LatLng object: (" + e + ", " + t + ")");
	this.lat = +e, this.lng = +t, n !== void 0 && (this.alt = +n);
}
z.prototype = {
	equals: function(e, t) {
		return e ? (e = B(e), Math.max(Math.abs(this.lat - e.lat), Math.abs(this.lng - e.lng)) <= (t === void 0 ? 1e-9 : t)) : !1;
	},
	toString: function(e) {
		return "LatLng(" + Rn(this.lat, e) + ", " + Rn(this.lng, e) + ")";
	},
	distanceTo: function(e) {
		return ir.distance(this, B(e));
	},
	wrap: function() {
		return ir.wrapLatLng(this);
	},
	toBounds: function(e) {
		var t = 180 * e / 40075017, n = t / Math.cos(Math.PI / 180 * this.lat);
		return R([this.lat - t, this.lng - n], [this.lat + t, this.lng + n]);
	},
	clone: function() {
		return new z(this.lat, this.lng, this.alt);
	}
};
function B(e, t, n) {
	return e instanceof z ? e : Wn(e) && typeof e[0] != "object" ? e.length === 3 ? new z(e[0], e[1], e[2]) : e.length === 2 ? new z(e[0], e[1]) : null : e == null ? e : typeof e == "object" && "lat" in e ? new z(e.lat, "lng" in e ? e.lng : e.lon, e.alt) : t === void 0 ? null : new z(e, t, n);
}
var rr = {
	latLngToPoint: function(e, t) {
		var n = this.projection.project(e), r = this.scale(t);
		return this.transformation._transform(n, r);
	},
	pointToLatLng: function(e, t) {
		var n = this.scale(t), r = this.transformation.untransform(e, n);
		return this.projection.unproject(r);
	},
	project: function(e) {
		return this.projection.project(e);
	},
	unproject: function(e) {
		return this.projection.unproject(e);
	},
	scale: function(e) {
		return 256 * 2 ** e;
	},
	zoom: function(e) {
		return Math.log(e / 256) / Math.LN2;
	},
	getProjectedBounds: function(e) {
		if (this.infinite) return null;
		var t = this.projection.bounds, n = this.scale(e);
		return new P(this.transformation.transform(t.min, n), this.transformation.transform(t.max, n));
	},
	infinite: !1,
	wrapLatLng: function(e) {
		var t = this.wrapLng ? Ln(e.lng, this.wrapLng, !0) : e.lng, n = this.wrapLat ? Ln(e.lat, this.wrapLat, !0) : e.lat, r = e.alt;
		return new z(n, t, r);
	},
	wrapLatLngBounds: function(e) {
		var t = e.getCenter(), n = this.wrapLatLng(t), r = t.lat - n.lat, i = t.lng - n.lng;
		if (r === 0 && i === 0) return e;
		var a = e.getSouthWest(), o = e.getNorthEast();
		return new I(new z(a.lat - r, a.lng - i), new z(o.lat - r, o.lng - i));
	}
}, ir = w({}, rr, {
	wrapLng: [-180, 180],
	R: 6371e3,
	distance: function(e, t) {
		var n = Math.PI / 180, r = e.lat * n, i = t.lat * n, a = Math.sin((t.lat - e.lat) * n / 2), o = Math.sin((t.lng - e.lng) * n / 2), s = a * a + Math.cos(r) * Math.cos(i) * o * o, c = 2 * Math.atan2(Math.sqrt(s), Math.sqrt(1 - s));
		return this.R * c;
	}
}), ar = 6378137, or = {
	R: ar,
	MAX_LATITUDE: 85.0511287798,
	project: function(e) {
		var t = Math.PI / 180, n = this.MAX_LATITUDE, r = Math.max(Math.min(n, e.lat), -n), i = Math.sin(r * t);
		return new M(this.R * e.lng * t, this.R * Math.log((1 + i) / (1 - i)) / 2);
	},
	unproject: function(e) {
		var t = 180 / Math.PI;
		return new z((2 * Math.atan(Math.exp(e.y / this.R)) - Math.PI / 2) * t, e.x * t / this.R);
	},
	bounds: (function() {
		var e = ar * Math.PI;
		return new P([-e, -e], [e, e]);
	})()
};
function sr(e, t, n, r) {
	Wn(e) ? (this._a = e[0], this._b = e[1], this._c = e[2], this._d = e[3]) : (this._a = e, this._b = t, this._c = n, this._d = r);
}
sr.prototype = {
	transform: function(e, t) {
		return this._transform(e.clone(), t);
	},
	_transform: function(e, t) {
		return t ||= 1, e.x = t * (this._a * e.x + this._b), e.y = t * (this._c * e.y + this._d), e;
	},
	untransform: function(e, t) {
		return t ||= 1, new M((e.x / t - this._b) / this._a, (e.y / t - this._d) / this._c);
	}
};
function cr(e, t, n, r) {
	return new sr(e, t, n, r);
}
var lr = w({}, ir, {
	code: "EPSG:3857",
	projection: or,
	transformation: function() {
		var e = .5 / (Math.PI * or.R);
		return cr(e, .5, -e, .5);
	}()
}), ur = w({}, lr, { code: "EPSG:900913" });
function dr(e) {
	return document.createElementNS("http://www.w3.org/2000/svg", e);
}
function fr(e, t) {
	for (var n = "", r = 0, i, a = e.length, o, s, c; r < a; r++) {
		for (s = e[r], i = 0, o = s.length; i < o; i++) c = s[i], n += (i ? "L" : "M") + c.x + " " + c.y;
		n += t ? V.svg ? "z" : "x" : "";
	}
	return n || "M0 0";
}
var pr = document.documentElement.style, mr = "ActiveXObject" in window, hr = mr && !document.addEventListener, gr = "msLaunchUri" in navigator && !("documentMode" in document), _r = Xr("webkit"), vr = Xr("android"), yr = Xr("android 2") || Xr("android 3"), br = parseInt(/WebKit\/([0-9]+)|$/.exec(navigator.userAgent)[1], 10), xr = vr && Xr("Google") && br < 537 && !("AudioNode" in window), Sr = !!window.opera, Cr = !gr && Xr("chrome"), wr = Xr("gecko") && !_r && !Sr && !mr, Tr = !Cr && Xr("safari"), Er = Xr("phantom"), Dr = "OTransition" in pr, Or = navigator.platform.indexOf("Win") === 0, kr = mr && "transition" in pr, Ar = "WebKitCSSMatrix" in window && "m11" in new window.WebKitCSSMatrix() && !yr, jr = "MozPerspective" in pr, Mr = !window.L_DISABLE_3D && (kr || Ar || jr) && !Dr && !Er, Nr = typeof orientation < "u" || Xr("mobile"), Pr = Nr && _r, Fr = Nr && Ar, Ir = !window.PointerEvent && window.MSPointerEvent, Lr = !!(window.PointerEvent || Ir), Rr = "ontouchstart" in window || !!window.TouchEvent, zr = !window.L_NO_TOUCH && (Rr || Lr), Br = Nr && Sr, Vr = Nr && wr, Hr = (window.devicePixelRatio || window.screen.deviceXDPI / window.screen.logicalXDPI) > 1, Ur = function() {
	var e = !1;
	try {
		var t = Object.defineProperty({}, "passive", { get: function() {
			e = !0;
		} });
		window.addEventListener("testPassiveEventSupport", D, t), window.removeEventListener("testPassiveEventSupport", D, t);
	} catch {}
	return e;
}(), Wr = function() {
	return !!document.createElement("canvas").getContext;
}(), Gr = !!(document.createElementNS && dr("svg").createSVGRect), Kr = !!Gr && (function() {
	var e = document.createElement("div");
	return e.innerHTML = "<svg/>", (e.firstChild && e.firstChild.namespaceURI) === "http://www.w3.org/2000/svg";
})(), qr = !Gr && function() {
	try {
		var e = document.createElement("div");
		e.innerHTML = "<v:shape adj=\"1\"/>";
		var t = e.firstChild;
		return t.style.behavior = "url(#default#VML)", t && typeof t.adj == "object";
	} catch {
		return !1;
	}
}(), Jr = navigator.platform.indexOf("Mac") === 0, Yr = navigator.platform.indexOf("Linux") === 0;
function Xr(e) {
	return navigator.userAgent.toLowerCase().indexOf(e) >= 0;
}
var V = {
	ie: mr,
	ielt9: hr,
	edge: gr,
	webkit: _r,
	android: vr,
	android23: yr,
	androidStock: xr,
	opera: Sr,
	chrome: Cr,
	gecko: wr,
	safari: Tr,
	phantom: Er,
	opera12: Dr,
	win: Or,
	ie3d: kr,
	webkit3d: Ar,
	gecko3d: jr,
	any3d: Mr,
	mobile: Nr,
	mobileWebkit: Pr,
	mobileWebkit3d: Fr,
	msPointer: Ir,
	pointer: Lr,
	touch: zr,
	touchNative: Rr,
	mobileOpera: Br,
	mobileGecko: Vr,
	retina: Hr,
	passiveEvents: Ur,
	canvas: Wr,
	svg: Gr,
	vml: qr,
	inlineSvg: Kr,
	mac: Jr,
	linux: Yr
}, Zr = V.msPointer ? "MSPointerDown" : "pointerdown", Qr = V.msPointer ? "MSPointerMove" : "pointermove", $r = V.msPointer ? "MSPointerUp" : "pointerup", ei = V.msPointer ? "MSPointerCancel" : "pointercancel", ti = {
	touchstart: Zr,
	touchmove: Qr,
	touchend: $r,
	touchcancel: ei
}, ni = {
	touchstart: fi,
	touchmove: di,
	touchend: di,
	touchcancel: di
}, ri = {}, ii = !1;
function ai(e, t, n) {
	return t === "touchstart" && ui(), ni[t] ? (n = ni[t].bind(this, n), e.addEventListener(ti[t], n, !1), n) : (console.warn("wrong event specified:", t), D);
}
function oi(e, t, n) {
	ti[t] ? e.removeEventListener(ti[t], n, !1) : console.warn("wrong event specified:", t);
}
function si(e) {
	ri[e.pointerId] = e;
}
function ci(e) {
	ri[e.pointerId] && (ri[e.pointerId] = e);
}
function li(e) {
	delete ri[e.pointerId];
}
function ui() {
	ii ||= (document.addEventListener(Zr, si, !0), document.addEventListener(Qr, ci, !0), document.addEventListener($r, li, !0), document.addEventListener(ei, li, !0), !0);
}
function di(e, t) {
	if (t.pointerType !== (t.MSPOINTER_TYPE_MOUSE || "mouse")) {
		for (var n in t.touches = [], ri) t.touches.push(ri[n]);
		t.changedTouches = [t], e(t);
	}
}
function fi(e, t) {
	t.MSPOINTER_TYPE_TOUCH && t.pointerType === t.MSPOINTER_TYPE_TOUCH && X(t), di(e, t);
}
function pi(e) {
	var t = {}, n, r;
	for (r in e) n = e[r], t[r] = n && n.bind ? n.bind(e) : n;
	return e = t, t.type = "dblclick", t.detail = 2, t.isTrusted = !1, t._simulated = !0, t;
}
var mi = 200;
function hi(e, t) {
	e.addEventListener("dblclick", t);
	var n = 0, r;
	function i(e) {
		if (e.detail !== 1) r = e.detail;
		else if (!(e.pointerType === "mouse" || e.sourceCapabilities && !e.sourceCapabilities.firesTouchEvents)) {
			var i = ea(e);
			if (!i.some(function(e) {
				return e instanceof HTMLLabelElement && e.attributes.for;
			}) || i.some(function(e) {
				return e instanceof HTMLInputElement || e instanceof HTMLSelectElement;
			})) {
				var a = Date.now();
				a - n <= mi ? (r++, r === 2 && t(pi(e))) : r = 1, n = a;
			}
		}
	}
	return e.addEventListener("click", i), {
		dblclick: t,
		simDblclick: i
	};
}
function gi(e, t) {
	e.removeEventListener("dblclick", t.dblclick), e.removeEventListener("click", t.simDblclick);
}
var _i = ki([
	"transform",
	"webkitTransform",
	"OTransform",
	"MozTransform",
	"msTransform"
]), vi = ki([
	"webkitTransition",
	"transition",
	"OTransition",
	"MozTransition",
	"msTransition"
]), yi = vi === "webkitTransition" || vi === "OTransition" ? vi + "End" : "transitionend";
function bi(e) {
	return typeof e == "string" ? document.getElementById(e) : e;
}
function xi(e, t) {
	var n = e.style[t] || e.currentStyle && e.currentStyle[t];
	if ((!n || n === "auto") && document.defaultView) {
		var r = document.defaultView.getComputedStyle(e, null);
		n = r ? r[t] : null;
	}
	return n === "auto" ? null : n;
}
function H(e, t, n) {
	var r = document.createElement(e);
	return r.className = t || "", n && n.appendChild(r), r;
}
function U(e) {
	var t = e.parentNode;
	t && t.removeChild(e);
}
function Si(e) {
	for (; e.firstChild;) e.removeChild(e.firstChild);
}
function Ci(e) {
	var t = e.parentNode;
	t && t.lastChild !== e && t.appendChild(e);
}
function wi(e) {
	var t = e.parentNode;
	t && t.firstChild !== e && t.insertBefore(e, t.firstChild);
}
function Ti(e, t) {
	if (e.classList !== void 0) return e.classList.contains(t);
	var n = Di(e);
	return n.length > 0 && RegExp("(^|\\s)" + t + "(\\s|$)").test(n);
}
function W(e, t) {
	if (e.classList !== void 0) for (var n = Bn(t), r = 0, i = n.length; r < i; r++) e.classList.add(n[r]);
	else if (!Ti(e, t)) {
		var a = Di(e);
		Ei(e, (a ? a + " " : "") + t);
	}
}
function G(e, t) {
	e.classList === void 0 ? Ei(e, zn((" " + Di(e) + " ").replace(" " + t + " ", " "))) : e.classList.remove(t);
}
function Ei(e, t) {
	e.className.baseVal === void 0 ? e.className = t : e.className.baseVal = t;
}
function Di(e) {
	return e.correspondingElement && (e = e.correspondingElement), e.className.baseVal === void 0 ? e.className : e.className.baseVal;
}
function K(e, t) {
	"opacity" in e.style ? e.style.opacity = t : "filter" in e.style && Oi(e, t);
}
function Oi(e, t) {
	var n = !1, r = "DXImageTransform.Microsoft.Alpha";
	try {
		n = e.filters.item(r);
	} catch {
		if (t === 1) return;
	}
	t = Math.round(t * 100), n ? (n.Enabled = t !== 100, n.Opacity = t) : e.style.filter += " progid:" + r + "(opacity=" + t + ")";
}
function ki(e) {
	for (var t = document.documentElement.style, n = 0; n < e.length; n++) if (e[n] in t) return e[n];
	return !1;
}
function Ai(e, t, n) {
	var r = t || new M(0, 0);
	e.style[_i] = (V.ie3d ? "translate(" + r.x + "px," + r.y + "px)" : "translate3d(" + r.x + "px," + r.y + "px,0)") + (n ? " scale(" + n + ")" : "");
}
function q(e, t) {
	e._leaflet_pos = t, V.any3d ? Ai(e, t) : (e.style.left = t.x + "px", e.style.top = t.y + "px");
}
function ji(e) {
	return e._leaflet_pos || new M(0, 0);
}
var Mi, Ni, Pi;
if ("onselectstart" in document) Mi = function() {
	J(window, "selectstart", X);
}, Ni = function() {
	Y(window, "selectstart", X);
};
else {
	var Fi = ki([
		"userSelect",
		"WebkitUserSelect",
		"OUserSelect",
		"MozUserSelect",
		"msUserSelect"
	]);
	Mi = function() {
		if (Fi) {
			var e = document.documentElement.style;
			Pi = e[Fi], e[Fi] = "none";
		}
	}, Ni = function() {
		Fi && (document.documentElement.style[Fi] = Pi, Pi = void 0);
	};
}
function Ii() {
	J(window, "dragstart", X);
}
function Li() {
	Y(window, "dragstart", X);
}
var Ri, zi;
function Bi(e) {
	for (; e.tabIndex === -1;) e = e.parentNode;
	e.style && (Vi(), Ri = e, zi = e.style.outlineStyle, e.style.outlineStyle = "none", J(window, "keydown", Vi));
}
function Vi() {
	Ri && (Ri.style.outlineStyle = zi, Ri = void 0, zi = void 0, Y(window, "keydown", Vi));
}
function Hi(e) {
	do
		e = e.parentNode;
	while ((!e.offsetWidth || !e.offsetHeight) && e !== document.body);
	return e;
}
function Ui(e) {
	var t = e.getBoundingClientRect();
	return {
		x: t.width / e.offsetWidth || 1,
		y: t.height / e.offsetHeight || 1,
		boundingClientRect: t
	};
}
var Wi = {
	__proto__: null,
	TRANSFORM: _i,
	TRANSITION: vi,
	TRANSITION_END: yi,
	get: bi,
	getStyle: xi,
	create: H,
	remove: U,
	empty: Si,
	toFront: Ci,
	toBack: wi,
	hasClass: Ti,
	addClass: W,
	removeClass: G,
	setClass: Ei,
	getClass: Di,
	setOpacity: K,
	testProp: ki,
	setTransform: Ai,
	setPosition: q,
	getPosition: ji,
	get disableTextSelection() {
		return Mi;
	},
	get enableTextSelection() {
		return Ni;
	},
	disableImageDrag: Ii,
	enableImageDrag: Li,
	preventOutline: Bi,
	restoreOutline: Vi,
	getSizedParentNode: Hi,
	getScale: Ui
};
function J(e, t, n, r) {
	if (t && typeof t == "object") for (var i in t) Ji(e, i, t[i], n);
	else {
		t = Bn(t);
		for (var a = 0, o = t.length; a < o; a++) Ji(e, t[a], n, r);
	}
	return this;
}
var Gi = "_leaflet_events";
function Y(e, t, n, r) {
	if (arguments.length === 1) Ki(e), delete e[Gi];
	else if (t && typeof t == "object") for (var i in t) Yi(e, i, t[i], n);
	else if (t = Bn(t), arguments.length === 2) Ki(e, function(e) {
		return Gn(t, e) !== -1;
	});
	else for (var a = 0, o = t.length; a < o; a++) Yi(e, t[a], n, r);
	return this;
}
function Ki(e, t) {
	for (var n in e[Gi]) {
		var r = n.split(/\d/)[0];
		(!t || t(r)) && Yi(e, r, null, null, n);
	}
}
var qi = {
	mouseenter: "mouseover",
	mouseleave: "mouseout",
	wheel: !("onwheel" in window) && "mousewheel"
};
function Ji(e, t, n, r) {
	var i = t + E(n) + (r ? "_" + E(r) : "");
	if (e[Gi] && e[Gi][i]) return this;
	var a = function(t) {
		return n.call(r || e, t || window.event);
	}, o = a;
	!V.touchNative && V.pointer && t.indexOf("touch") === 0 ? a = ai(e, t, a) : V.touch && t === "dblclick" ? a = hi(e, a) : "addEventListener" in e ? t === "touchstart" || t === "touchmove" || t === "wheel" || t === "mousewheel" ? e.addEventListener(qi[t] || t, a, V.passiveEvents ? { passive: !1 } : !1) : t === "mouseenter" || t === "mouseleave" ? (a = function(t) {
		t ||= window.event, ia(e, t) && o(t);
	}, e.addEventListener(qi[t], a, !1)) : e.addEventListener(t, o, !1) : e.attachEvent("on" + t, a), e[Gi] = e[Gi] || {}, e[Gi][i] = a;
}
function Yi(e, t, n, r, i) {
	i ||= t + E(n) + (r ? "_" + E(r) : "");
	var a = e[Gi] && e[Gi][i];
	if (!a) return this;
	!V.touchNative && V.pointer && t.indexOf("touch") === 0 ? oi(e, t, a) : V.touch && t === "dblclick" ? gi(e, a) : "removeEventListener" in e ? e.removeEventListener(qi[t] || t, a, !1) : e.detachEvent("on" + t, a), e[Gi][i] = null;
}
function Xi(e) {
	return e.stopPropagation ? e.stopPropagation() : e.originalEvent ? e.originalEvent._stopped = !0 : e.cancelBubble = !0, this;
}
function Zi(e) {
	return Ji(e, "wheel", Xi), this;
}
function Qi(e) {
	return J(e, "mousedown touchstart dblclick contextmenu", Xi), e._leaflet_disable_click = !0, this;
}
function X(e) {
	return e.preventDefault ? e.preventDefault() : e.returnValue = !1, this;
}
function $i(e) {
	return X(e), Xi(e), this;
}
function ea(e) {
	if (e.composedPath) return e.composedPath();
	for (var t = [], n = e.target; n;) t.push(n), n = n.parentNode;
	return t;
}
function ta(e, t) {
	if (!t) return new M(e.clientX, e.clientY);
	var n = Ui(t), r = n.boundingClientRect;
	return new M((e.clientX - r.left) / n.x - t.clientLeft, (e.clientY - r.top) / n.y - t.clientTop);
}
var na = V.linux && V.chrome ? window.devicePixelRatio : V.mac ? window.devicePixelRatio * 3 : window.devicePixelRatio > 0 ? 2 * window.devicePixelRatio : 1;
function ra(e) {
	return V.edge ? e.wheelDeltaY / 2 : e.deltaY && e.deltaMode === 0 ? -e.deltaY / na : e.deltaY && e.deltaMode === 1 ? -e.deltaY * 20 : e.deltaY && e.deltaMode === 2 ? -e.deltaY * 60 : e.deltaX || e.deltaZ ? 0 : e.wheelDelta ? (e.wheelDeltaY || e.wheelDelta) / 2 : e.detail && Math.abs(e.detail) < 32765 ? -e.detail * 20 : e.detail ? e.detail / -32765 * 60 : 0;
}
function ia(e, t) {
	var n = t.relatedTarget;
	if (!n) return !0;
	try {
		for (; n && n !== e;) n = n.parentNode;
	} catch {
		return !1;
	}
	return n !== e;
}
var aa = tr.extend({
	run: function(e, t, n, r) {
		this.stop(), this._el = e, this._inProgress = !0, this._duration = n || .25, this._easeOutPower = 1 / Math.max(r || .5, .2), this._startPos = ji(e), this._offset = t.subtract(this._startPos), this._startTime = +/* @__PURE__ */ new Date(), this.fire("start"), this._animate();
	},
	stop: function() {
		this._inProgress && (this._step(!0), this._complete());
	},
	_animate: function() {
		this._animId = k(this._animate, this), this._step();
	},
	_step: function(e) {
		var t = +/* @__PURE__ */ new Date() - this._startTime, n = this._duration * 1e3;
		t < n ? this._runFrame(this._easeOut(t / n), e) : (this._runFrame(1), this._complete());
	},
	_runFrame: function(e, t) {
		var n = this._startPos.add(this._offset.multiplyBy(e));
		t && n._round(), q(this._el, n), this.fire("step");
	},
	_complete: function() {
		A(this._animId), this._inProgress = !1, this.fire("end");
	},
	_easeOut: function(e) {
		return 1 - (1 - e) ** this._easeOutPower;
	}
}), Z = tr.extend({
	options: {
		crs: lr,
		center: void 0,
		zoom: void 0,
		minZoom: void 0,
		maxZoom: void 0,
		layers: [],
		maxBounds: void 0,
		renderer: void 0,
		zoomAnimation: !0,
		zoomAnimationThreshold: 4,
		fadeAnimation: !0,
		markerZoomAnimation: !0,
		transform3DLimit: 8388608,
		zoomSnap: 1,
		zoomDelta: 1,
		trackResize: !0
	},
	initialize: function(e, t) {
		t = O(this, t), this._handlers = [], this._layers = {}, this._zoomBoundLayers = {}, this._sizeChanged = !0, this._initContainer(e), this._initLayout(), this._onResize = T(this._onResize, this), this._initEvents(), t.maxBounds && this.setMaxBounds(t.maxBounds), t.zoom !== void 0 && (this._zoom = this._limitZoom(t.zoom)), t.center && t.zoom !== void 0 && this.setView(B(t.center), t.zoom, { reset: !0 }), this.callInitHooks(), this._zoomAnimated = vi && V.any3d && !V.mobileOpera && this.options.zoomAnimation, this._zoomAnimated && (this._createAnimProxy(), J(this._proxy, yi, this._catchTransitionEnd, this)), this._addLayers(this.options.layers);
	},
	setView: function(e, t, n) {
		return t = t === void 0 ? this._zoom : this._limitZoom(t), e = this._limitCenter(B(e), t, this.options.maxBounds), n ||= {}, this._stop(), this._loaded && !n.reset && n !== !0 && (n.animate !== void 0 && (n.zoom = w({ animate: n.animate }, n.zoom), n.pan = w({
			animate: n.animate,
			duration: n.duration
		}, n.pan)), this._zoom === t ? this._tryAnimatedPan(e, n.pan) : this._tryAnimatedZoom && this._tryAnimatedZoom(e, t, n.zoom)) ? (clearTimeout(this._sizeTimer), this) : (this._resetView(e, t, n.pan && n.pan.noMoveStart), this);
	},
	setZoom: function(e, t) {
		return this._loaded ? this.setView(this.getCenter(), e, { zoom: t }) : (this._zoom = e, this);
	},
	zoomIn: function(e, t) {
		return e ||= V.any3d ? this.options.zoomDelta : 1, this.setZoom(this._zoom + e, t);
	},
	zoomOut: function(e, t) {
		return e ||= V.any3d ? this.options.zoomDelta : 1, this.setZoom(this._zoom - e, t);
	},
	setZoomAround: function(e, t, n) {
		var r = this.getZoomScale(t), i = this.getSize().divideBy(2), a = (e instanceof M ? e : this.latLngToContainerPoint(e)).subtract(i).multiplyBy(1 - 1 / r), o = this.containerPointToLatLng(i.add(a));
		return this.setView(o, t, { zoom: n });
	},
	_getBoundsCenterZoom: function(e, t) {
		t ||= {}, e = e.getBounds ? e.getBounds() : R(e);
		var n = N(t.paddingTopLeft || t.padding || [0, 0]), r = N(t.paddingBottomRight || t.padding || [0, 0]), i = this.getBoundsZoom(e, !1, n.add(r));
		if (i = typeof t.maxZoom == "number" ? Math.min(t.maxZoom, i) : i, i === Infinity) return {
			center: e.getCenter(),
			zoom: i
		};
		var a = r.subtract(n).divideBy(2), o = this.project(e.getSouthWest(), i), s = this.project(e.getNorthEast(), i);
		return {
			center: this.unproject(o.add(s).divideBy(2).add(a), i),
			zoom: i
		};
	},
	fitBounds: function(e, t) {
		if (e = R(e), !e.isValid()) throw Error("Bounds are not valid.");
		var n = this._getBoundsCenterZoom(e, t);
		return this.setView(n.center, n.zoom, t);
	},
	fitWorld: function(e) {
		return this.fitBounds([[-90, -180], [90, 180]], e);
	},
	panTo: function(e, t) {
		return this.setView(e, this._zoom, { pan: t });
	},
	panBy: function(e, t) {
		if (e = N(e).round(), t ||= {}, !e.x && !e.y) return this.fire("moveend");
		if (t.animate !== !0 && !this.getSize().contains(e)) return this._resetView(this.unproject(this.project(this.getCenter()).add(e)), this.getZoom()), this;
		if (this._panAnim || (this._panAnim = new aa(), this._panAnim.on({
			step: this._onPanTransitionStep,
			end: this._onPanTransitionEnd
		}, this)), t.noMoveStart || this.fire("movestart"), t.animate !== !1) {
			W(this._mapPane, "leaflet-pan-anim");
			var n = this._getMapPanePos().subtract(e).round();
			this._panAnim.run(this._mapPane, n, t.duration || .25, t.easeLinearity);
		} else this._rawPanBy(e), this.fire("move").fire("moveend");
		return this;
	},
	flyTo: function(e, t, n) {
		if (n ||= {}, n.animate === !1 || !V.any3d) return this.setView(e, t, n);
		this._stop();
		var r = this.project(this.getCenter()), i = this.project(e), a = this.getSize(), o = this._zoom;
		e = B(e), t = t === void 0 ? o : t;
		var s = Math.max(a.x, a.y), c = s * this.getZoomScale(o, t), l = i.distanceTo(r) || 1, u = 1.42, d = u * u;
		function f(e) {
			var t = e ? -1 : 1, n = e ? c : s, r = (c * c - s * s + t * d * d * l * l) / (2 * n * d * l), i = Math.sqrt(r * r + 1) - r;
			return i < 1e-9 ? -18 : Math.log(i);
		}
		function p(e) {
			return (Math.exp(e) - Math.exp(-e)) / 2;
		}
		function m(e) {
			return (Math.exp(e) + Math.exp(-e)) / 2;
		}
		function h(e) {
			return p(e) / m(e);
		}
		var g = f(0);
		function ee(e) {
			return s * (m(g) / m(g + u * e));
		}
		function te(e) {
			return s * (m(g) * h(g + u * e) - p(g)) / d;
		}
		function ne(e) {
			return 1 - (1 - e) ** 1.5;
		}
		var re = Date.now(), ie = (f(1) - g) / u, ae = n.duration ? 1e3 * n.duration : 1e3 * ie * .8;
		function _() {
			var n = (Date.now() - re) / ae, a = ne(n) * ie;
			n <= 1 ? (this._flyToFrame = k(_, this), this._move(this.unproject(r.add(i.subtract(r).multiplyBy(te(a) / l)), o), this.getScaleZoom(s / ee(a), o), { flyTo: !0 })) : this._move(e, t)._moveEnd(!0);
		}
		return this._moveStart(!0, n.noMoveStart), _.call(this), this;
	},
	flyToBounds: function(e, t) {
		var n = this._getBoundsCenterZoom(e, t);
		return this.flyTo(n.center, n.zoom, t);
	},
	setMaxBounds: function(e) {
		return e = R(e), this.listens("moveend", this._panInsideMaxBounds) && this.off("moveend", this._panInsideMaxBounds), e.isValid() ? (this.options.maxBounds = e, this._loaded && this._panInsideMaxBounds(), this.on("moveend", this._panInsideMaxBounds)) : (this.options.maxBounds = null, this);
	},
	setMinZoom: function(e) {
		var t = this.options.minZoom;
		return this.options.minZoom = e, this._loaded && t !== e && (this.fire("zoomlevelschange"), this.getZoom() < this.options.minZoom) ? this.setZoom(e) : this;
	},
	setMaxZoom: function(e) {
		var t = this.options.maxZoom;
		return this.options.maxZoom = e, this._loaded && t !== e && (this.fire("zoomlevelschange"), this.getZoom() > this.options.maxZoom) ? this.setZoom(e) : this;
	},
	panInsideBounds: function(e, t) {
		this._enforcingBounds = !0;
		var n = this.getCenter(), r = this._limitCenter(n, this._zoom, R(e));
		return n.equals(r) || this.panTo(r, t), this._enforcingBounds = !1, this;
	},
	panInside: function(e, t) {
		t ||= {};
		var n = N(t.paddingTopLeft || t.padding || [0, 0]), r = N(t.paddingBottomRight || t.padding || [0, 0]), i = this.project(this.getCenter()), a = this.project(e), o = this.getPixelBounds(), s = F([o.min.add(n), o.max.subtract(r)]), c = s.getSize();
		if (!s.contains(a)) {
			this._enforcingBounds = !0;
			var l = a.subtract(s.getCenter()), u = s.extend(a).getSize().subtract(c);
			i.x += l.x < 0 ? -u.x : u.x, i.y += l.y < 0 ? -u.y : u.y, this.panTo(this.unproject(i), t), this._enforcingBounds = !1;
		}
		return this;
	},
	invalidateSize: function(e) {
		if (!this._loaded) return this;
		e = w({
			animate: !1,
			pan: !0
		}, e === !0 ? { animate: !0 } : e);
		var t = this.getSize();
		this._sizeChanged = !0, this._lastCenter = null;
		var n = this.getSize(), r = t.divideBy(2).round(), i = n.divideBy(2).round(), a = r.subtract(i);
		return !a.x && !a.y ? this : (e.animate && e.pan ? this.panBy(a) : (e.pan && this._rawPanBy(a), this.fire("move"), e.debounceMoveend ? (clearTimeout(this._sizeTimer), this._sizeTimer = setTimeout(T(this.fire, this, "moveend"), 200)) : this.fire("moveend")), this.fire("resize", {
			oldSize: t,
			newSize: n
		}));
	},
	stop: function() {
		return this.setZoom(this._limitZoom(this._zoom)), this.options.zoomSnap || this.fire("viewreset"), this._stop();
	},
	locate: function(e) {
		if (e = this._locateOptions = w({
			timeout: 1e4,
			watch: !1
		}, e), !("geolocation" in navigator)) return this._handleGeolocationError({
			code: 0,
			message: "Geolocation not supported."
		}), this;
		var t = T(this._handleGeolocationResponse, this), n = T(this._handleGeolocationError, this);
		return e.watch ? this._locationWatchId = navigator.geolocation.watchPosition(t, n, e) : navigator.geolocation.getCurrentPosition(t, n, e), this;
	},
	stopLocate: function() {
		return navigator.geolocation && navigator.geolocation.clearWatch && navigator.geolocation.clearWatch(this._locationWatchId), this._locateOptions && (this._locateOptions.setView = !1), this;
	},
	_handleGeolocationError: function(e) {
		if (this._container._leaflet_id) {
			var t = e.code, n = e.message || (t === 1 ? "permission denied" : t === 2 ? "position unavailable" : "timeout");
			this._locateOptions.setView && !this._loaded && this.fitWorld(), this.fire("locationerror", {
				code: t,
				message: "Geolocation error: " + n + "."
			});
		}
	},
	_handleGeolocationResponse: function(e) {
		if (this._container._leaflet_id) {
			var t = e.coords.latitude, n = e.coords.longitude, r = new z(t, n), i = r.toBounds(e.coords.accuracy * 2), a = this._locateOptions;
			if (a.setView) {
				var o = this.getBoundsZoom(i);
				this.setView(r, a.maxZoom ? Math.min(o, a.maxZoom) : o);
			}
			var s = {
				latlng: r,
				bounds: i,
				timestamp: e.timestamp
			};
			for (var c in e.coords) typeof e.coords[c] == "number" && (s[c] = e.coords[c]);
			this.fire("locationfound", s);
		}
	},
	addHandler: function(e, t) {
		if (!t) return this;
		var n = this[e] = new t(this);
		return this._handlers.push(n), this.options[e] && n.enable(), this;
	},
	remove: function() {
		if (this._initEvents(!0), this.options.maxBounds && this.off("moveend", this._panInsideMaxBounds), this._containerId !== this._container._leaflet_id) throw Error("Map container is being reused by another instance");
		try {
			delete this._container._leaflet_id, delete this._containerId;
		} catch {
			this._container._leaflet_id = void 0, this._containerId = void 0;
		}
		for (var e in this._locationWatchId !== void 0 && this.stopLocate(), this._stop(), U(this._mapPane), this._clearControlPos && this._clearControlPos(), this._resizeRequest &&= (A(this._resizeRequest), null), this._clearHandlers(), this._loaded && this.fire("unload"), this._layers) this._layers[e].remove();
		for (e in this._panes) U(this._panes[e]);
		return this._layers = [], this._panes = [], delete this._mapPane, delete this._renderer, this;
	},
	createPane: function(e, t) {
		var n = H("div", "leaflet-pane" + (e ? " leaflet-" + e.replace("Pane", "") + "-pane" : ""), t || this._mapPane);
		return e && (this._panes[e] = n), n;
	},
	getCenter: function() {
		return this._checkIfLoaded(), this._lastCenter && !this._moved() ? this._lastCenter.clone() : this.layerPointToLatLng(this._getCenterLayerPoint());
	},
	getZoom: function() {
		return this._zoom;
	},
	getBounds: function() {
		var e = this.getPixelBounds();
		return new I(this.unproject(e.getBottomLeft()), this.unproject(e.getTopRight()));
	},
	getMinZoom: function() {
		return this.options.minZoom === void 0 ? this._layersMinZoom || 0 : this.options.minZoom;
	},
	getMaxZoom: function() {
		return this.options.maxZoom === void 0 ? this._layersMaxZoom === void 0 ? Infinity : this._layersMaxZoom : this.options.maxZoom;
	},
	getBoundsZoom: function(e, t, n) {
		e = R(e), n = N(n || [0, 0]);
		var r = this.getZoom() || 0, i = this.getMinZoom(), a = this.getMaxZoom(), o = e.getNorthWest(), s = e.getSouthEast(), c = this.getSize().subtract(n), l = F(this.project(s, r), this.project(o, r)).getSize(), u = V.any3d ? this.options.zoomSnap : 1, d = c.x / l.x, f = c.y / l.y, p = t ? Math.max(d, f) : Math.min(d, f);
		return r = this.getScaleZoom(p, r), u && (r = Math.round(r / (u / 100)) * (u / 100), r = t ? Math.ceil(r / u) * u : Math.floor(r / u) * u), Math.max(i, Math.min(a, r));
	},
	getSize: function() {
		return (!this._size || this._sizeChanged) && (this._size = new M(this._container.clientWidth || 0, this._container.clientHeight || 0), this._sizeChanged = !1), this._size.clone();
	},
	getPixelBounds: function(e, t) {
		var n = this._getTopLeftPoint(e, t);
		return new P(n, n.add(this.getSize()));
	},
	getPixelOrigin: function() {
		return this._checkIfLoaded(), this._pixelOrigin;
	},
	getPixelWorldBounds: function(e) {
		return this.options.crs.getProjectedBounds(e === void 0 ? this.getZoom() : e);
	},
	getPane: function(e) {
		return typeof e == "string" ? this._panes[e] : e;
	},
	getPanes: function() {
		return this._panes;
	},
	getContainer: function() {
		return this._container;
	},
	getZoomScale: function(e, t) {
		var n = this.options.crs;
		return t = t === void 0 ? this._zoom : t, n.scale(e) / n.scale(t);
	},
	getScaleZoom: function(e, t) {
		var n = this.options.crs;
		t = t === void 0 ? this._zoom : t;
		var r = n.zoom(e * n.scale(t));
		return isNaN(r) ? Infinity : r;
	},
	project: function(e, t) {
		return t = t === void 0 ? this._zoom : t, this.options.crs.latLngToPoint(B(e), t);
	},
	unproject: function(e, t) {
		return t = t === void 0 ? this._zoom : t, this.options.crs.pointToLatLng(N(e), t);
	},
	layerPointToLatLng: function(e) {
		var t = N(e).add(this.getPixelOrigin());
		return this.unproject(t);
	},
	latLngToLayerPoint: function(e) {
		return this.project(B(e))._round()._subtract(this.getPixelOrigin());
	},
	wrapLatLng: function(e) {
		return this.options.crs.wrapLatLng(B(e));
	},
	wrapLatLngBounds: function(e) {
		return this.options.crs.wrapLatLngBounds(R(e));
	},
	distance: function(e, t) {
		return this.options.crs.distance(B(e), B(t));
	},
	containerPointToLayerPoint: function(e) {
		return N(e).subtract(this._getMapPanePos());
	},
	layerPointToContainerPoint: function(e) {
		return N(e).add(this._getMapPanePos());
	},
	containerPointToLatLng: function(e) {
		var t = this.containerPointToLayerPoint(N(e));
		return this.layerPointToLatLng(t);
	},
	latLngToContainerPoint: function(e) {
		return this.layerPointToContainerPoint(this.latLngToLayerPoint(B(e)));
	},
	mouseEventToContainerPoint: function(e) {
		return ta(e, this._container);
	},
	mouseEventToLayerPoint: function(e) {
		return this.containerPointToLayerPoint(this.mouseEventToContainerPoint(e));
	},
	mouseEventToLatLng: function(e) {
		return this.layerPointToLatLng(this.mouseEventToLayerPoint(e));
	},
	_initContainer: function(e) {
		var t = this._container = bi(e);
		if (!t) throw Error("Map container not found.");
		if (t._leaflet_id) throw Error("Map container is already initialized.");
		J(t, "scroll", this._onScroll, this), this._containerId = E(t);
	},
	_initLayout: function() {
		var e = this._container;
		this._fadeAnimated = this.options.fadeAnimation && V.any3d, W(e, "leaflet-container" + (V.touch ? " leaflet-touch" : "") + (V.retina ? " leaflet-retina" : "") + (V.ielt9 ? " leaflet-oldie" : "") + (V.safari ? " leaflet-safari" : "") + (this._fadeAnimated ? " leaflet-fade-anim" : ""));
		var t = xi(e, "position");
		t !== "absolute" && t !== "relative" && t !== "fixed" && t !== "sticky" && (e.style.position = "relative"), this._initPanes(), this._initControlPos && this._initControlPos();
	},
	_initPanes: function() {
		var e = this._panes = {};
		this._paneRenderers = {}, this._mapPane = this.createPane("mapPane", this._container), q(this._mapPane, new M(0, 0)), this.createPane("tilePane"), this.createPane("overlayPane"), this.createPane("shadowPane"), this.createPane("markerPane"), this.createPane("tooltipPane"), this.createPane("popupPane"), this.options.markerZoomAnimation || (W(e.markerPane, "leaflet-zoom-hide"), W(e.shadowPane, "leaflet-zoom-hide"));
	},
	_resetView: function(e, t, n) {
		q(this._mapPane, new M(0, 0));
		var r = !this._loaded;
		this._loaded = !0, t = this._limitZoom(t), this.fire("viewprereset");
		var i = this._zoom !== t;
		this._moveStart(i, n)._move(e, t)._moveEnd(i), this.fire("viewreset"), r && this.fire("load");
	},
	_moveStart: function(e, t) {
		return e && this.fire("zoomstart"), t || this.fire("movestart"), this;
	},
	_move: function(e, t, n, r) {
		t === void 0 && (t = this._zoom);
		var i = this._zoom !== t;
		return this._zoom = t, this._lastCenter = e, this._pixelOrigin = this._getNewPixelOrigin(e), r ? n && n.pinch && this.fire("zoom", n) : ((i || n && n.pinch) && this.fire("zoom", n), this.fire("move", n)), this;
	},
	_moveEnd: function(e) {
		return e && this.fire("zoomend"), this.fire("moveend");
	},
	_stop: function() {
		return A(this._flyToFrame), this._panAnim && this._panAnim.stop(), this;
	},
	_rawPanBy: function(e) {
		q(this._mapPane, this._getMapPanePos().subtract(e));
	},
	_getZoomSpan: function() {
		return this.getMaxZoom() - this.getMinZoom();
	},
	_panInsideMaxBounds: function() {
		this._enforcingBounds || this.panInsideBounds(this.options.maxBounds);
	},
	_checkIfLoaded: function() {
		if (!this._loaded) throw Error("Set map center and zoom first.");
	},
	_initEvents: function(e) {
		this._targets = {}, this._targets[E(this._container)] = this;
		var t = e ? Y : J;
		t(this._container, "click dblclick mousedown mouseup mouseover mouseout mousemove contextmenu keypress keydown keyup", this._handleDOMEvent, this), this.options.trackResize && t(window, "resize", this._onResize, this), V.any3d && this.options.transform3DLimit && (e ? this.off : this.on).call(this, "moveend", this._onMoveEnd);
	},
	_onResize: function() {
		A(this._resizeRequest), this._resizeRequest = k(function() {
			this.invalidateSize({ debounceMoveend: !0 });
		}, this);
	},
	_onScroll: function() {
		this._container.scrollTop = 0, this._container.scrollLeft = 0;
	},
	_onMoveEnd: function() {
		var e = this._getMapPanePos();
		Math.max(Math.abs(e.x), Math.abs(e.y)) >= this.options.transform3DLimit && this._resetView(this.getCenter(), this.getZoom());
	},
	_findEventTargets: function(e, t) {
		for (var n = [], r, i = t === "mouseout" || t === "mouseover", a = e.target || e.srcElement, o = !1; a;) {
			if (r = this._targets[E(a)], r && (t === "click" || t === "preclick") && this._draggableMoved(r)) {
				o = !0;
				break;
			}
			if (r && r.listens(t, !0) && (i && !ia(a, e) || (n.push(r), i)) || a === this._container) break;
			a = a.parentNode;
		}
		return !n.length && !o && !i && this.listens(t, !0) && (n = [this]), n;
	},
	_isClickDisabled: function(e) {
		for (; e && e !== this._container;) {
			if (e._leaflet_disable_click) return !0;
			e = e.parentNode;
		}
	},
	_handleDOMEvent: function(e) {
		var t = e.target || e.srcElement;
		if (!(!this._loaded || t._leaflet_disable_events || e.type === "click" && this._isClickDisabled(t))) {
			var n = e.type;
			n === "mousedown" && Bi(t), this._fireDOMEvent(e, n);
		}
	},
	_mouseEvents: [
		"click",
		"dblclick",
		"mouseover",
		"mouseout",
		"contextmenu"
	],
	_fireDOMEvent: function(e, t, n) {
		if (e.type === "click") {
			var r = w({}, e);
			r.type = "preclick", this._fireDOMEvent(r, r.type, n);
		}
		var i = this._findEventTargets(e, t);
		if (n) {
			for (var a = [], o = 0; o < n.length; o++) n[o].listens(t, !0) && a.push(n[o]);
			i = a.concat(i);
		}
		if (i.length) {
			t === "contextmenu" && X(e);
			var s = i[0], c = { originalEvent: e };
			if (e.type !== "keypress" && e.type !== "keydown" && e.type !== "keyup") {
				var l = s.getLatLng && (!s._radius || s._radius <= 10);
				c.containerPoint = l ? this.latLngToContainerPoint(s.getLatLng()) : this.mouseEventToContainerPoint(e), c.layerPoint = this.containerPointToLayerPoint(c.containerPoint), c.latlng = l ? s.getLatLng() : this.layerPointToLatLng(c.layerPoint);
			}
			for (o = 0; o < i.length; o++) if (i[o].fire(t, c, !0), c.originalEvent._stopped || i[o].options.bubblingMouseEvents === !1 && Gn(this._mouseEvents, t) !== -1) return;
		}
	},
	_draggableMoved: function(e) {
		return e = e.dragging && e.dragging.enabled() ? e : this, e.dragging && e.dragging.moved() || this.boxZoom && this.boxZoom.moved();
	},
	_clearHandlers: function() {
		for (var e = 0, t = this._handlers.length; e < t; e++) this._handlers[e].disable();
	},
	whenReady: function(e, t) {
		return this._loaded ? e.call(t || this, { target: this }) : this.on("load", e, t), this;
	},
	_getMapPanePos: function() {
		return ji(this._mapPane) || new M(0, 0);
	},
	_moved: function() {
		var e = this._getMapPanePos();
		return e && !e.equals([0, 0]);
	},
	_getTopLeftPoint: function(e, t) {
		return (e && t !== void 0 ? this._getNewPixelOrigin(e, t) : this.getPixelOrigin()).subtract(this._getMapPanePos());
	},
	_getNewPixelOrigin: function(e, t) {
		var n = this.getSize()._divideBy(2);
		return this.project(e, t)._subtract(n)._add(this._getMapPanePos())._round();
	},
	_latLngToNewLayerPoint: function(e, t, n) {
		var r = this._getNewPixelOrigin(n, t);
		return this.project(e, t)._subtract(r);
	},
	_latLngBoundsToNewLayerBounds: function(e, t, n) {
		var r = this._getNewPixelOrigin(n, t);
		return F([
			this.project(e.getSouthWest(), t)._subtract(r),
			this.project(e.getNorthWest(), t)._subtract(r),
			this.project(e.getSouthEast(), t)._subtract(r),
			this.project(e.getNorthEast(), t)._subtract(r)
		]);
	},
	_getCenterLayerPoint: function() {
		return this.containerPointToLayerPoint(this.getSize()._divideBy(2));
	},
	_getCenterOffset: function(e) {
		return this.latLngToLayerPoint(e).subtract(this._getCenterLayerPoint());
	},
	_limitCenter: function(e, t, n) {
		if (!n) return e;
		var r = this.project(e, t), i = this.getSize().divideBy(2), a = new P(r.subtract(i), r.add(i)), o = this._getBoundsOffset(a, n, t);
		return Math.abs(o.x) <= 1 && Math.abs(o.y) <= 1 ? e : this.unproject(r.add(o), t);
	},
	_limitOffset: function(e, t) {
		if (!t) return e;
		var n = this.getPixelBounds(), r = new P(n.min.add(e), n.max.add(e));
		return e.add(this._getBoundsOffset(r, t));
	},
	_getBoundsOffset: function(e, t, n) {
		var r = F(this.project(t.getNorthEast(), n), this.project(t.getSouthWest(), n)), i = r.min.subtract(e.min), a = r.max.subtract(e.max);
		return new M(this._rebound(i.x, -a.x), this._rebound(i.y, -a.y));
	},
	_rebound: function(e, t) {
		return e + t > 0 ? Math.round(e - t) / 2 : Math.max(0, Math.ceil(e)) - Math.max(0, Math.floor(t));
	},
	_limitZoom: function(e) {
		var t = this.getMinZoom(), n = this.getMaxZoom(), r = V.any3d ? this.options.zoomSnap : 1;
		return r && (e = Math.round(e / r) * r), Math.max(t, Math.min(n, e));
	},
	_onPanTransitionStep: function() {
		this.fire("move");
	},
	_onPanTransitionEnd: function() {
		G(this._mapPane, "leaflet-pan-anim"), this.fire("moveend");
	},
	_tryAnimatedPan: function(e, t) {
		var n = this._getCenterOffset(e)._trunc();
		return (t && t.animate) !== !0 && !this.getSize().contains(n) ? !1 : (this.panBy(n, t), !0);
	},
	_createAnimProxy: function() {
		var e = this._proxy = H("div", "leaflet-proxy leaflet-zoom-animated");
		this._panes.mapPane.appendChild(e), this.on("zoomanim", function(e) {
			var t = _i, n = this._proxy.style[t];
			Ai(this._proxy, this.project(e.center, e.zoom), this.getZoomScale(e.zoom, 1)), n === this._proxy.style[t] && this._animatingZoom && this._onZoomTransitionEnd();
		}, this), this.on("load moveend", this._animMoveEnd, this), this._on("unload", this._destroyAnimProxy, this);
	},
	_destroyAnimProxy: function() {
		U(this._proxy), this.off("load moveend", this._animMoveEnd, this), delete this._proxy;
	},
	_animMoveEnd: function() {
		var e = this.getCenter(), t = this.getZoom();
		Ai(this._proxy, this.project(e, t), this.getZoomScale(t, 1));
	},
	_catchTransitionEnd: function(e) {
		this._animatingZoom && e.propertyName.indexOf("transform") >= 0 && this._onZoomTransitionEnd();
	},
	_nothingToAnimate: function() {
		return !this._container.getElementsByClassName("leaflet-zoom-animated").length;
	},
	_tryAnimatedZoom: function(e, t, n) {
		if (this._animatingZoom) return !0;
		if (n ||= {}, !this._zoomAnimated || n.animate === !1 || this._nothingToAnimate() || Math.abs(t - this._zoom) > this.options.zoomAnimationThreshold) return !1;
		var r = this.getZoomScale(t), i = this._getCenterOffset(e)._divideBy(1 - 1 / r);
		return n.animate !== !0 && !this.getSize().contains(i) ? !1 : (k(function() {
			this._moveStart(!0, n.noMoveStart || !1)._animateZoom(e, t, !0);
		}, this), !0);
	},
	_animateZoom: function(e, t, n, r) {
		this._mapPane && (n && (this._animatingZoom = !0, this._animateToCenter = e, this._animateToZoom = t, W(this._mapPane, "leaflet-zoom-anim")), this.fire("zoomanim", {
			center: e,
			zoom: t,
			noUpdate: r
		}), this._tempFireZoomEvent ||= this._zoom !== this._animateToZoom, this._move(this._animateToCenter, this._animateToZoom, void 0, !0), setTimeout(T(this._onZoomTransitionEnd, this), 250));
	},
	_onZoomTransitionEnd: function() {
		this._animatingZoom && (this._mapPane && G(this._mapPane, "leaflet-zoom-anim"), this._animatingZoom = !1, this._move(this._animateToCenter, this._animateToZoom, void 0, !0), this._tempFireZoomEvent && this.fire("zoom"), delete this._tempFireZoomEvent, this.fire("move"), this._moveEnd(!0));
	}
}), oa = $n.extend({
	options: { position: "topright" },
	initialize: function(e) {
		O(this, e);
	},
	getPosition: function() {
		return this.options.position;
	},
	setPosition: function(e) {
		var t = this._map;
		return t && t.removeControl(this), this.options.position = e, t && t.addControl(this), this;
	},
	getContainer: function() {
		return this._container;
	},
	addTo: function(e) {
		this.remove(), this._map = e;
		var t = this._container = this.onAdd(e), n = this.getPosition(), r = e._controlCorners[n];
		return W(t, "leaflet-control"), n.indexOf("bottom") === -1 ? r.appendChild(t) : r.insertBefore(t, r.firstChild), this._map.on("unload", this.remove, this), this;
	},
	remove: function() {
		return this._map &&= (U(this._container), this.onRemove && this.onRemove(this._map), this._map.off("unload", this.remove, this), null), this;
	},
	_refocusOnMap: function(e) {
		this._map && e && e.screenX > 0 && e.screenY > 0 && this._map.getContainer().focus();
	}
});
Z.include({
	addControl: function(e) {
		return e.addTo(this), this;
	},
	removeControl: function(e) {
		return e.remove(), this;
	},
	_initControlPos: function() {
		var e = this._controlCorners = {}, t = "leaflet-", n = this._controlContainer = H("div", t + "control-container", this._container);
		function r(r, i) {
			var a = t + r + " " + t + i;
			e[r + i] = H("div", a, n);
		}
		r("top", "left"), r("top", "right"), r("bottom", "left"), r("bottom", "right");
	},
	_clearControlPos: function() {
		for (var e in this._controlCorners) U(this._controlCorners[e]);
		U(this._controlContainer), delete this._controlCorners, delete this._controlContainer;
	}
});
var sa = oa.extend({
	options: {
		collapsed: !0,
		position: "topright",
		autoZIndex: !0,
		hideSingleBase: !1,
		sortLayers: !1,
		sortFunction: function(e, t, n, r) {
			return n < r ? -1 : +(r < n);
		}
	},
	initialize: function(e, t, n) {
		for (var r in O(this, n), this._layerControlInputs = [], this._layers = [], this._lastZIndex = 0, this._handlingClick = !1, this._preventClick = !1, e) this._addLayer(e[r], r);
		for (r in t) this._addLayer(t[r], r, !0);
	},
	onAdd: function(e) {
		this._initLayout(), this._update(), this._map = e, e.on("zoomend", this._checkDisabledLayers, this);
		for (var t = 0; t < this._layers.length; t++) this._layers[t].layer.on("add remove", this._onLayerChange, this);
		return this._container;
	},
	addTo: function(e) {
		return oa.prototype.addTo.call(this, e), this._expandIfNotCollapsed();
	},
	onRemove: function() {
		this._map.off("zoomend", this._checkDisabledLayers, this);
		for (var e = 0; e < this._layers.length; e++) this._layers[e].layer.off("add remove", this._onLayerChange, this);
	},
	addBaseLayer: function(e, t) {
		return this._addLayer(e, t), this._map ? this._update() : this;
	},
	addOverlay: function(e, t) {
		return this._addLayer(e, t, !0), this._map ? this._update() : this;
	},
	removeLayer: function(e) {
		e.off("add remove", this._onLayerChange, this);
		var t = this._getLayer(E(e));
		return t && this._layers.splice(this._layers.indexOf(t), 1), this._map ? this._update() : this;
	},
	expand: function() {
		W(this._container, "leaflet-control-layers-expanded"), this._section.style.height = null;
		var e = this._map.getSize().y - (this._container.offsetTop + 50);
		return e < this._section.clientHeight ? (W(this._section, "leaflet-control-layers-scrollbar"), this._section.style.height = e + "px") : G(this._section, "leaflet-control-layers-scrollbar"), this._checkDisabledLayers(), this;
	},
	collapse: function() {
		return G(this._container, "leaflet-control-layers-expanded"), this;
	},
	_initLayout: function() {
		var e = "leaflet-control-layers", t = this._container = H("div", e), n = this.options.collapsed;
		t.setAttribute("aria-haspopup", !0), Qi(t), Zi(t);
		var r = this._section = H("section", e + "-list");
		n && (this._map.on("click", this.collapse, this), J(t, {
			mouseenter: this._expandSafely,
			mouseleave: this.collapse
		}, this));
		var i = this._layersLink = H("a", e + "-toggle", t);
		i.href = "#", i.title = "Layers", i.setAttribute("role", "button"), J(i, {
			keydown: function(e) {
				e.keyCode === 13 && this._expandSafely();
			},
			click: function(e) {
				X(e), this._expandSafely();
			}
		}, this), n || this.expand(), this._baseLayersList = H("div", e + "-base", r), this._separator = H("div", e + "-separator", r), this._overlaysList = H("div", e + "-overlays", r), t.appendChild(r);
	},
	_getLayer: function(e) {
		for (var t = 0; t < this._layers.length; t++) if (this._layers[t] && E(this._layers[t].layer) === e) return this._layers[t];
	},
	_addLayer: function(e, t, n) {
		this._map && e.on("add remove", this._onLayerChange, this), this._layers.push({
			layer: e,
			name: t,
			overlay: n
		}), this.options.sortLayers && this._layers.sort(T(function(e, t) {
			return this.options.sortFunction(e.layer, t.layer, e.name, t.name);
		}, this)), this.options.autoZIndex && e.setZIndex && (this._lastZIndex++, e.setZIndex(this._lastZIndex)), this._expandIfNotCollapsed();
	},
	_update: function() {
		if (!this._container) return this;
		Si(this._baseLayersList), Si(this._overlaysList), this._layerControlInputs = [];
		var e, t, n, r, i = 0;
		for (n = 0; n < this._layers.length; n++) r = this._layers[n], this._addItem(r), t ||= r.overlay, e ||= !r.overlay, i += +!r.overlay;
		return this.options.hideSingleBase && (e &&= i > 1, this._baseLayersList.style.display = e ? "" : "none"), this._separator.style.display = t && e ? "" : "none", this;
	},
	_onLayerChange: function(e) {
		this._handlingClick || this._update();
		var t = this._getLayer(E(e.target)), n = t.overlay ? e.type === "add" ? "overlayadd" : "overlayremove" : e.type === "add" ? "baselayerchange" : null;
		n && this._map.fire(n, t);
	},
	_createRadioElement: function(e, t) {
		var n = "<input type=\"radio\" class=\"leaflet-control-layers-selector\" name=\"" + e + "\"" + (t ? " checked=\"checked\"" : "") + "/>", r = document.createElement("div");
		return r.innerHTML = n, r.firstChild;
	},
	_addItem: function(e) {
		var t = document.createElement("label"), n = this._map.hasLayer(e.layer), r;
		e.overlay ? (r = document.createElement("input"), r.type = "checkbox", r.className = "leaflet-control-layers-selector", r.defaultChecked = n) : r = this._createRadioElement("leaflet-base-layers_" + E(this), n), this._layerControlInputs.push(r), r.layerId = E(e.layer), J(r, "click", this._onInputClick, this);
		var i = document.createElement("span");
		i.innerHTML = " " + e.name;
		var a = document.createElement("span");
		return t.appendChild(a), a.appendChild(r), a.appendChild(i), (e.overlay ? this._overlaysList : this._baseLayersList).appendChild(t), this._checkDisabledLayers(), t;
	},
	_onInputClick: function() {
		if (!this._preventClick) {
			var e = this._layerControlInputs, t, n, r = [], i = [];
			this._handlingClick = !0;
			for (var a = e.length - 1; a >= 0; a--) t = e[a], n = this._getLayer(t.layerId).layer, t.checked ? r.push(n) : t.checked || i.push(n);
			for (a = 0; a < i.length; a++) this._map.hasLayer(i[a]) && this._map.removeLayer(i[a]);
			for (a = 0; a < r.length; a++) this._map.hasLayer(r[a]) || this._map.addLayer(r[a]);
			this._handlingClick = !1, this._refocusOnMap();
		}
	},
	_checkDisabledLayers: function() {
		for (var e = this._layerControlInputs, t, n, r = this._map.getZoom(), i = e.length - 1; i >= 0; i--) t = e[i], n = this._getLayer(t.layerId).layer, t.disabled = n.options.minZoom !== void 0 && r < n.options.minZoom || n.options.maxZoom !== void 0 && r > n.options.maxZoom;
	},
	_expandIfNotCollapsed: function() {
		return this._map && !this.options.collapsed && this.expand(), this;
	},
	_expandSafely: function() {
		var e = this._section;
		this._preventClick = !0, J(e, "click", X), this.expand();
		var t = this;
		setTimeout(function() {
			Y(e, "click", X), t._preventClick = !1;
		});
	}
}), ca = oa.extend({
	options: {
		position: "topleft",
		zoomInText: "<span aria-hidden=\"true\">+</span>",
		zoomInTitle: "Zoom in",
		zoomOutText: "<span aria-hidden=\"true\">&#x2212;</span>",
		zoomOutTitle: "Zoom out"
	},
	onAdd: function(e) {
		var t = "leaflet-control-zoom", n = H("div", t + " leaflet-bar"), r = this.options;
		return this._zoomInButton = this._createButton(r.zoomInText, r.zoomInTitle, t + "-in", n, this._zoomIn), this._zoomOutButton = this._createButton(r.zoomOutText, r.zoomOutTitle, t + "-out", n, this._zoomOut), this._updateDisabled(), e.on("zoomend zoomlevelschange", this._updateDisabled, this), n;
	},
	onRemove: function(e) {
		e.off("zoomend zoomlevelschange", this._updateDisabled, this);
	},
	disable: function() {
		return this._disabled = !0, this._updateDisabled(), this;
	},
	enable: function() {
		return this._disabled = !1, this._updateDisabled(), this;
	},
	_zoomIn: function(e) {
		!this._disabled && this._map._zoom < this._map.getMaxZoom() && this._map.zoomIn(this._map.options.zoomDelta * (e.shiftKey ? 3 : 1));
	},
	_zoomOut: function(e) {
		!this._disabled && this._map._zoom > this._map.getMinZoom() && this._map.zoomOut(this._map.options.zoomDelta * (e.shiftKey ? 3 : 1));
	},
	_createButton: function(e, t, n, r, i) {
		var a = H("a", n, r);
		return a.innerHTML = e, a.href = "#", a.title = t, a.setAttribute("role", "button"), a.setAttribute("aria-label", t), Qi(a), J(a, "click", $i), J(a, "click", i, this), J(a, "click", this._refocusOnMap, this), a;
	},
	_updateDisabled: function() {
		var e = this._map, t = "leaflet-disabled";
		G(this._zoomInButton, t), G(this._zoomOutButton, t), this._zoomInButton.setAttribute("aria-disabled", "false"), this._zoomOutButton.setAttribute("aria-disabled", "false"), (this._disabled || e._zoom === e.getMinZoom()) && (W(this._zoomOutButton, t), this._zoomOutButton.setAttribute("aria-disabled", "true")), (this._disabled || e._zoom === e.getMaxZoom()) && (W(this._zoomInButton, t), this._zoomInButton.setAttribute("aria-disabled", "true"));
	}
});
Z.mergeOptions({ zoomControl: !0 }), Z.addInitHook(function() {
	this.options.zoomControl && (this.zoomControl = new ca(), this.addControl(this.zoomControl));
});
var la = oa.extend({
	options: {
		position: "bottomleft",
		maxWidth: 100,
		metric: !0,
		imperial: !0
	},
	onAdd: function(e) {
		var t = "leaflet-control-scale", n = H("div", t), r = this.options;
		return this._addScales(r, t + "-line", n), e.on(r.updateWhenIdle ? "moveend" : "move", this._update, this), e.whenReady(this._update, this), n;
	},
	onRemove: function(e) {
		e.off(this.options.updateWhenIdle ? "moveend" : "move", this._update, this);
	},
	_addScales: function(e, t, n) {
		e.metric && (this._mScale = H("div", t, n)), e.imperial && (this._iScale = H("div", t, n));
	},
	_update: function() {
		var e = this._map, t = e.getSize().y / 2, n = e.distance(e.containerPointToLatLng([0, t]), e.containerPointToLatLng([this.options.maxWidth, t]));
		this._updateScales(n);
	},
	_updateScales: function(e) {
		this.options.metric && e && this._updateMetric(e), this.options.imperial && e && this._updateImperial(e);
	},
	_updateMetric: function(e) {
		var t = this._getRoundNum(e), n = t < 1e3 ? t + " m" : t / 1e3 + " km";
		this._updateScale(this._mScale, n, t / e);
	},
	_updateImperial: function(e) {
		var t = e * 3.2808399, n, r, i;
		t > 5280 ? (n = t / 5280, r = this._getRoundNum(n), this._updateScale(this._iScale, r + " mi", r / n)) : (i = this._getRoundNum(t), this._updateScale(this._iScale, i + " ft", i / t));
	},
	_updateScale: function(e, t, n) {
		e.style.width = Math.round(this.options.maxWidth * n) + "px", e.innerHTML = t;
	},
	_getRoundNum: function(e) {
		var t = 10 ** ((Math.floor(e) + "").length - 1), n = e / t;
		return n = n >= 10 ? 10 : n >= 5 ? 5 : n >= 3 ? 3 : n >= 2 ? 2 : 1, t * n;
	}
}), ua = oa.extend({
	options: {
		position: "bottomright",
		prefix: "<a href=\"https://leafletjs.com\" title=\"A JavaScript library for interactive maps\">" + (V.inlineSvg ? "<svg aria-hidden=\"true\" xmlns=\"http://www.w3.org/2000/svg\" width=\"12\" height=\"8\" viewBox=\"0 0 12 8\" class=\"leaflet-attribution-flag\"><path fill=\"#4C7BE1\" d=\"M0 0h12v4H0z\"/><path fill=\"#FFD500\" d=\"M0 4h12v3H0z\"/><path fill=\"#E0BC00\" d=\"M0 7h12v1H0z\"/></svg> " : "") + "Leaflet</a>"
	},
	initialize: function(e) {
		O(this, e), this._attributions = {};
	},
	onAdd: function(e) {
		for (var t in e.attributionControl = this, this._container = H("div", "leaflet-control-attribution"), Qi(this._container), e._layers) e._layers[t].getAttribution && this.addAttribution(e._layers[t].getAttribution());
		return this._update(), e.on("layeradd", this._addAttribution, this), this._container;
	},
	onRemove: function(e) {
		e.off("layeradd", this._addAttribution, this);
	},
	_addAttribution: function(e) {
		e.layer.getAttribution && (this.addAttribution(e.layer.getAttribution()), e.layer.once("remove", function() {
			this.removeAttribution(e.layer.getAttribution());
		}, this));
	},
	setPrefix: function(e) {
		return this.options.prefix = e, this._update(), this;
	},
	addAttribution: function(e) {
		return e && (this._attributions[e] || (this._attributions[e] = 0), this._attributions[e]++, this._update()), this;
	},
	removeAttribution: function(e) {
		return e && this._attributions[e] && (this._attributions[e]--, this._update()), this;
	},
	_update: function() {
		if (this._map) {
			var e = [];
			for (var t in this._attributions) this._attributions[t] && e.push(t);
			var n = [];
			this.options.prefix && n.push(this.options.prefix), e.length && n.push(e.join(", ")), this._container.innerHTML = n.join(" <span aria-hidden=\"true\">|</span> ");
		}
	}
});
Z.mergeOptions({ attributionControl: !0 }), Z.addInitHook(function() {
	this.options.attributionControl && new ua().addTo(this);
}), oa.Layers = sa, oa.Zoom = ca, oa.Scale = la, oa.Attribution = ua;
var da = $n.extend({
	initialize: function(e) {
		this._map = e;
	},
	enable: function() {
		return this._enabled || (this._enabled = !0, this.addHooks()), this;
	},
	disable: function() {
		return this._enabled && (this._enabled = !1, this.removeHooks()), this;
	},
	enabled: function() {
		return !!this._enabled;
	}
});
da.addTo = function(e, t) {
	return e.addHandler(t, this), this;
};
var fa = V.touch ? "touchstart mousedown" : "mousedown", pa = tr.extend({
	options: { clickTolerance: 3 },
	initialize: function(e, t, n, r) {
		O(this, r), this._element = e, this._dragStartTarget = t || e, this._preventOutline = n;
	},
	enable: function() {
		this._enabled ||= (J(this._dragStartTarget, fa, this._onDown, this), !0);
	},
	disable: function() {
		this._enabled && (pa._dragging === this && this.finishDrag(!0), Y(this._dragStartTarget, fa, this._onDown, this), this._enabled = !1, this._moved = !1);
	},
	_onDown: function(e) {
		if (this._enabled && (this._moved = !1, !Ti(this._element, "leaflet-zoom-anim"))) {
			if (e.touches && e.touches.length !== 1) pa._dragging === this && this.finishDrag();
			else if (!(pa._dragging || e.shiftKey || e.which !== 1 && e.button !== 1 && !e.touches) && (pa._dragging = this, this._preventOutline && Bi(this._element), Ii(), Mi(), !this._moving)) {
				this.fire("down");
				var t = e.touches ? e.touches[0] : e, n = Hi(this._element);
				this._startPoint = new M(t.clientX, t.clientY), this._startPos = ji(this._element), this._parentScale = Ui(n);
				var r = e.type === "mousedown";
				J(document, r ? "mousemove" : "touchmove", this._onMove, this), J(document, r ? "mouseup" : "touchend touchcancel", this._onUp, this);
			}
		}
	},
	_onMove: function(e) {
		if (this._enabled) {
			if (e.touches && e.touches.length > 1) this._moved = !0;
			else {
				var t = e.touches && e.touches.length === 1 ? e.touches[0] : e, n = new M(t.clientX, t.clientY)._subtract(this._startPoint);
				(n.x || n.y) && (Math.abs(n.x) + Math.abs(n.y) < this.options.clickTolerance || (n.x /= this._parentScale.x, n.y /= this._parentScale.y, X(e), this._moved || (this.fire("dragstart"), this._moved = !0, W(document.body, "leaflet-dragging"), this._lastTarget = e.target || e.srcElement, window.SVGElementInstance && this._lastTarget instanceof window.SVGElementInstance && (this._lastTarget = this._lastTarget.correspondingUseElement), W(this._lastTarget, "leaflet-drag-target")), this._newPos = this._startPos.add(n), this._moving = !0, this._lastEvent = e, this._updatePosition()));
			}
		}
	},
	_updatePosition: function() {
		var e = { originalEvent: this._lastEvent };
		this.fire("predrag", e), q(this._element, this._newPos), this.fire("drag", e);
	},
	_onUp: function() {
		this._enabled && this.finishDrag();
	},
	finishDrag: function(e) {
		G(document.body, "leaflet-dragging"), this._lastTarget &&= (G(this._lastTarget, "leaflet-drag-target"), null), Y(document, "mousemove touchmove", this._onMove, this), Y(document, "mouseup touchend touchcancel", this._onUp, this), Li(), Ni();
		var t = this._moved && this._moving;
		this._moving = !1, pa._dragging = !1, t && this.fire("dragend", {
			noInertia: e,
			distance: this._newPos.distanceTo(this._startPos)
		});
	}
});
function ma(e, t, n) {
	for (var r, i = [
		1,
		4,
		2,
		8
	], a = 0, o, s, c, l, u = e.length, d, f; a < u; a++) e[a]._code = Ta(e[a], t);
	for (s = 0; s < 4; s++) {
		for (d = i[s], r = [], a = 0, u = e.length, o = u - 1; a < u; o = a++) c = e[a], l = e[o], c._code & d ? l._code & d || (f = wa(l, c, d, t, n), f._code = Ta(f, t), r.push(f)) : (l._code & d && (f = wa(l, c, d, t, n), f._code = Ta(f, t), r.push(f)), r.push(c));
		e = r;
	}
	return e;
}
function ha(e, t) {
	var n, r, i, a, o, s, c, l, u;
	if (!e || e.length === 0) throw Error("latlngs not passed");
	Q(e) || (console.warn("latlngs are not flat! Only the first ring will be used"), e = e[0]);
	var d = B([0, 0]), f = R(e);
	f.getNorthWest().distanceTo(f.getSouthWest()) * f.getNorthEast().distanceTo(f.getNorthWest()) < 1700 && (d = ga(e));
	var p = e.length, m = [];
	for (n = 0; n < p; n++) {
		var h = B(e[n]);
		m.push(t.project(B([h.lat - d.lat, h.lng - d.lng])));
	}
	for (s = c = l = 0, n = 0, r = p - 1; n < p; r = n++) i = m[n], a = m[r], o = i.y * a.x - a.y * i.x, c += (i.x + a.x) * o, l += (i.y + a.y) * o, s += o * 3;
	u = s === 0 ? m[0] : [c / s, l / s];
	var g = t.unproject(N(u));
	return B([g.lat + d.lat, g.lng + d.lng]);
}
function ga(e) {
	for (var t = 0, n = 0, r = 0, i = 0; i < e.length; i++) {
		var a = B(e[i]);
		t += a.lat, n += a.lng, r++;
	}
	return B([t / r, n / r]);
}
function _a(e, t) {
	if (!t || !e.length) return e.slice();
	var n = t * t;
	return e = xa(e, n), e = ya(e, n), e;
}
function va(e, t, n) {
	return Math.sqrt(Da(e, t, n, !0));
}
function ya(e, t) {
	var n = e.length, r = new (typeof Uint8Array < "u" ? Uint8Array : Array)(n);
	r[0] = r[n - 1] = 1, ba(e, r, t, 0, n - 1);
	var i, a = [];
	for (i = 0; i < n; i++) r[i] && a.push(e[i]);
	return a;
}
function ba(e, t, n, r, i) {
	for (var a = 0, o, s = r + 1, c; s <= i - 1; s++) c = Da(e[s], e[r], e[i], !0), c > a && (o = s, a = c);
	a > n && (t[o] = 1, ba(e, t, n, r, o), ba(e, t, n, o, i));
}
function xa(e, t) {
	for (var n = [e[0]], r = 1, i = 0, a = e.length; r < a; r++) Ea(e[r], e[i]) > t && (n.push(e[r]), i = r);
	return i < a - 1 && n.push(e[a - 1]), n;
}
var Sa;
function Ca(e, t, n, r, i) {
	var a = r ? Sa : Ta(e, n), o = Ta(t, n), s, c, l;
	for (Sa = o;;) {
		if (!(a | o)) return [e, t];
		if (a & o) return !1;
		s = a || o, c = wa(e, t, s, n, i), l = Ta(c, n), s === a ? (e = c, a = l) : (t = c, o = l);
	}
}
function wa(e, t, n, r, i) {
	var a = t.x - e.x, o = t.y - e.y, s = r.min, c = r.max, l, u;
	return n & 8 ? (l = e.x + a * (c.y - e.y) / o, u = c.y) : n & 4 ? (l = e.x + a * (s.y - e.y) / o, u = s.y) : n & 2 ? (l = c.x, u = e.y + o * (c.x - e.x) / a) : n & 1 && (l = s.x, u = e.y + o * (s.x - e.x) / a), new M(l, u, i);
}
function Ta(e, t) {
	var n = 0;
	return e.x < t.min.x ? n |= 1 : e.x > t.max.x && (n |= 2), e.y < t.min.y ? n |= 4 : e.y > t.max.y && (n |= 8), n;
}
function Ea(e, t) {
	var n = t.x - e.x, r = t.y - e.y;
	return n * n + r * r;
}
function Da(e, t, n, r) {
	var i = t.x, a = t.y, o = n.x - i, s = n.y - a, c = o * o + s * s, l;
	return c > 0 && (l = ((e.x - i) * o + (e.y - a) * s) / c, l > 1 ? (i = n.x, a = n.y) : l > 0 && (i += o * l, a += s * l)), o = e.x - i, s = e.y - a, r ? o * o + s * s : new M(i, a);
}
function Q(e) {
	return !Wn(e[0]) || typeof e[0][0] != "object" && e[0][0] !== void 0;
}
function Oa(e) {
	return console.warn("Deprecated use of _flat, please use L.LineUtil.isFlat instead."), Q(e);
}
function ka(e, t) {
	var n, r, i, a, o, s, c, l;
	if (!e || e.length === 0) throw Error("latlngs not passed");
	Q(e) || (console.warn("latlngs are not flat! Only the first ring will be used"), e = e[0]);
	var u = B([0, 0]), d = R(e);
	d.getNorthWest().distanceTo(d.getSouthWest()) * d.getNorthEast().distanceTo(d.getNorthWest()) < 1700 && (u = ga(e));
	var f = e.length, p = [];
	for (n = 0; n < f; n++) {
		var m = B(e[n]);
		p.push(t.project(B([m.lat - u.lat, m.lng - u.lng])));
	}
	for (n = 0, r = 0; n < f - 1; n++) r += p[n].distanceTo(p[n + 1]) / 2;
	if (r === 0) l = p[0];
	else for (n = 0, a = 0; n < f - 1; n++) if (o = p[n], s = p[n + 1], i = o.distanceTo(s), a += i, a > r) {
		c = (a - r) / i, l = [s.x - c * (s.x - o.x), s.y - c * (s.y - o.y)];
		break;
	}
	var h = t.unproject(N(l));
	return B([h.lat + u.lat, h.lng + u.lng]);
}
var Aa = {
	project: function(e) {
		return new M(e.lng, e.lat);
	},
	unproject: function(e) {
		return new z(e.y, e.x);
	},
	bounds: new P([-180, -90], [180, 90])
}, ja = {
	R: 6378137,
	R_MINOR: 6356752.314245179,
	bounds: new P([-20037508.34279, -15496570.73972], [20037508.34279, 18764656.23138]),
	project: function(e) {
		var t = Math.PI / 180, n = this.R, r = e.lat * t, i = this.R_MINOR / n, a = Math.sqrt(1 - i * i), o = a * Math.sin(r), s = Math.tan(Math.PI / 4 - r / 2) / ((1 - o) / (1 + o)) ** (a / 2);
		return r = -n * Math.log(Math.max(s, 1e-10)), new M(e.lng * t * n, r);
	},
	unproject: function(e) {
		for (var t = 180 / Math.PI, n = this.R, r = this.R_MINOR / n, i = Math.sqrt(1 - r * r), a = Math.exp(-e.y / n), o = Math.PI / 2 - 2 * Math.atan(a), s = 0, c = .1, l; s < 15 && Math.abs(c) > 1e-7; s++) l = i * Math.sin(o), l = ((1 - l) / (1 + l)) ** (i / 2), c = Math.PI / 2 - 2 * Math.atan(a * l) - o, o += c;
		return new z(o * t, e.x * t / n);
	}
}, Ma = w({}, ir, {
	code: "EPSG:3395",
	projection: ja,
	transformation: function() {
		var e = .5 / (Math.PI * ja.R);
		return cr(e, .5, -e, .5);
	}()
}), Na = w({}, ir, {
	code: "EPSG:4326",
	projection: Aa,
	transformation: cr(1 / 180, 1, -1 / 180, .5)
}), Pa = w({}, rr, {
	projection: Aa,
	transformation: cr(1, 0, -1, 0),
	scale: function(e) {
		return 2 ** e;
	},
	zoom: function(e) {
		return Math.log(e) / Math.LN2;
	},
	distance: function(e, t) {
		var n = t.lng - e.lng, r = t.lat - e.lat;
		return Math.sqrt(n * n + r * r);
	},
	infinite: !0
});
rr.Earth = ir, rr.EPSG3395 = Ma, rr.EPSG3857 = lr, rr.EPSG900913 = ur, rr.EPSG4326 = Na, rr.Simple = Pa;
var Fa = tr.extend({
	options: {
		pane: "overlayPane",
		attribution: null,
		bubblingMouseEvents: !0
	},
	addTo: function(e) {
		return e.addLayer(this), this;
	},
	remove: function() {
		return this.removeFrom(this._map || this._mapToAdd);
	},
	removeFrom: function(e) {
		return e && e.removeLayer(this), this;
	},
	getPane: function(e) {
		return this._map.getPane(e ? this.options[e] || e : this.options.pane);
	},
	addInteractiveTarget: function(e) {
		return this._map._targets[E(e)] = this, this;
	},
	removeInteractiveTarget: function(e) {
		return delete this._map._targets[E(e)], this;
	},
	getAttribution: function() {
		return this.options.attribution;
	},
	_layerAdd: function(e) {
		var t = e.target;
		if (t.hasLayer(this)) {
			if (this._map = t, this._zoomAnimated = t._zoomAnimated, this.getEvents) {
				var n = this.getEvents();
				t.on(n, this), this.once("remove", function() {
					t.off(n, this);
				}, this);
			}
			this.onAdd(t), this.fire("add"), t.fire("layeradd", { layer: this });
		}
	}
});
Z.include({
	addLayer: function(e) {
		if (!e._layerAdd) throw Error("The provided object is not a Layer.");
		var t = E(e);
		return this._layers[t] || (this._layers[t] = e, e._mapToAdd = this, e.beforeAdd && e.beforeAdd(this), this.whenReady(e._layerAdd, e)), this;
	},
	removeLayer: function(e) {
		var t = E(e);
		return this._layers[t] && (this._loaded && e.onRemove(this), delete this._layers[t], this._loaded && (this.fire("layerremove", { layer: e }), e.fire("remove")), e._map = e._mapToAdd = null), this;
	},
	hasLayer: function(e) {
		return E(e) in this._layers;
	},
	eachLayer: function(e, t) {
		for (var n in this._layers) e.call(t, this._layers[n]);
		return this;
	},
	_addLayers: function(e) {
		e = e ? Wn(e) ? e : [e] : [];
		for (var t = 0, n = e.length; t < n; t++) this.addLayer(e[t]);
	},
	_addZoomLimit: function(e) {
		isNaN(e.options.maxZoom) && isNaN(e.options.minZoom) || (this._zoomBoundLayers[E(e)] = e, this._updateZoomLevels());
	},
	_removeZoomLimit: function(e) {
		var t = E(e);
		this._zoomBoundLayers[t] && (delete this._zoomBoundLayers[t], this._updateZoomLevels());
	},
	_updateZoomLevels: function() {
		var e = Infinity, t = -Infinity, n = this._getZoomSpan();
		for (var r in this._zoomBoundLayers) {
			var i = this._zoomBoundLayers[r].options;
			e = i.minZoom === void 0 ? e : Math.min(e, i.minZoom), t = i.maxZoom === void 0 ? t : Math.max(t, i.maxZoom);
		}
		this._layersMaxZoom = t === -Infinity ? void 0 : t, this._layersMinZoom = e === Infinity ? void 0 : e, n !== this._getZoomSpan() && this.fire("zoomlevelschange"), this.options.maxZoom === void 0 && this._layersMaxZoom && this.getZoom() > this._layersMaxZoom && this.setZoom(this._layersMaxZoom), this.options.minZoom === void 0 && this._layersMinZoom && this.getZoom() < this._layersMinZoom && this.setZoom(this._layersMinZoom);
	}
});
var Ia = Fa.extend({
	initialize: function(e, t) {
		O(this, t), this._layers = {};
		var n, r;
		if (e) for (n = 0, r = e.length; n < r; n++) this.addLayer(e[n]);
	},
	addLayer: function(e) {
		var t = this.getLayerId(e);
		return this._layers[t] = e, this._map && this._map.addLayer(e), this;
	},
	removeLayer: function(e) {
		var t = e in this._layers ? e : this.getLayerId(e);
		return this._map && this._layers[t] && this._map.removeLayer(this._layers[t]), delete this._layers[t], this;
	},
	hasLayer: function(e) {
		return (typeof e == "number" ? e : this.getLayerId(e)) in this._layers;
	},
	clearLayers: function() {
		return this.eachLayer(this.removeLayer, this);
	},
	invoke: function(e) {
		var t = Array.prototype.slice.call(arguments, 1), n, r;
		for (n in this._layers) r = this._layers[n], r[e] && r[e].apply(r, t);
		return this;
	},
	onAdd: function(e) {
		this.eachLayer(e.addLayer, e);
	},
	onRemove: function(e) {
		this.eachLayer(e.removeLayer, e);
	},
	eachLayer: function(e, t) {
		for (var n in this._layers) e.call(t, this._layers[n]);
		return this;
	},
	getLayer: function(e) {
		return this._layers[e];
	},
	getLayers: function() {
		var e = [];
		return this.eachLayer(e.push, e), e;
	},
	setZIndex: function(e) {
		return this.invoke("setZIndex", e);
	},
	getLayerId: function(e) {
		return E(e);
	}
}), La = Ia.extend({
	addLayer: function(e) {
		return this.hasLayer(e) ? this : (e.addEventParent(this), Ia.prototype.addLayer.call(this, e), this.fire("layeradd", { layer: e }));
	},
	removeLayer: function(e) {
		return this.hasLayer(e) ? (e in this._layers && (e = this._layers[e]), e.removeEventParent(this), Ia.prototype.removeLayer.call(this, e), this.fire("layerremove", { layer: e })) : this;
	},
	setStyle: function(e) {
		return this.invoke("setStyle", e);
	},
	bringToFront: function() {
		return this.invoke("bringToFront");
	},
	bringToBack: function() {
		return this.invoke("bringToBack");
	},
	getBounds: function() {
		var e = new I();
		for (var t in this._layers) {
			var n = this._layers[t];
			e.extend(n.getBounds ? n.getBounds() : n.getLatLng());
		}
		return e;
	}
}), Ra = $n.extend({
	options: {
		popupAnchor: [0, 0],
		tooltipAnchor: [0, 0],
		crossOrigin: !1
	},
	initialize: function(e) {
		O(this, e);
	},
	createIcon: function(e) {
		return this._createIcon("icon", e);
	},
	createShadow: function(e) {
		return this._createIcon("shadow", e);
	},
	_createIcon: function(e, t) {
		var n = this._getIconUrl(e);
		if (!n) {
			if (e === "icon") throw Error("iconUrl not set in Icon options (see the docs).");
			return null;
		}
		var r = this._createImg(n, t && t.tagName === "IMG" ? t : null);
		return this._setIconStyles(r, e), (this.options.crossOrigin || this.options.crossOrigin === "") && (r.crossOrigin = this.options.crossOrigin === !0 ? "" : this.options.crossOrigin), r;
	},
	_setIconStyles: function(e, t) {
		var n = this.options, r = n[t + "Size"];
		typeof r == "number" && (r = [r, r]);
		var i = N(r), a = N(t === "shadow" && n.shadowAnchor || n.iconAnchor || i && i.divideBy(2, !0));
		e.className = "leaflet-marker-" + t + " " + (n.className || ""), a && (e.style.marginLeft = -a.x + "px", e.style.marginTop = -a.y + "px"), i && (e.style.width = i.x + "px", e.style.height = i.y + "px");
	},
	_createImg: function(e, t) {
		return t ||= document.createElement("img"), t.src = e, t;
	},
	_getIconUrl: function(e) {
		return V.retina && this.options[e + "RetinaUrl"] || this.options[e + "Url"];
	}
}), za = Ra.extend({
	options: {
		iconUrl: "marker-icon.png",
		iconRetinaUrl: "marker-icon-2x.png",
		shadowUrl: "marker-shadow.png",
		iconSize: [25, 41],
		iconAnchor: [12, 41],
		popupAnchor: [1, -34],
		tooltipAnchor: [16, -28],
		shadowSize: [41, 41]
	},
	_getIconUrl: function(e) {
		return typeof za.imagePath != "string" && (za.imagePath = this._detectIconPath()), (this.options.imagePath || za.imagePath) + Ra.prototype._getIconUrl.call(this, e);
	},
	_stripUrl: function(e) {
		var t = function(e, t, n) {
			var r = t.exec(e);
			return r && r[n];
		};
		return e = t(e, /^url\((['"])?(.+)\1\)$/, 2), e && t(e, /^(.*)marker-icon\.png$/, 1);
	},
	_detectIconPath: function() {
		var e = H("div", "leaflet-default-icon-path", document.body), t = xi(e, "background-image") || xi(e, "backgroundImage");
		if (document.body.removeChild(e), t = this._stripUrl(t), t) return t;
		var n = document.querySelector("link[href$=\"leaflet.css\"]");
		return n ? n.href.substring(0, n.href.length - 11 - 1) : "";
	}
}), Ba = da.extend({
	initialize: function(e) {
		this._marker = e;
	},
	addHooks: function() {
		var e = this._marker._icon;
		this._draggable ||= new pa(e, e, !0), this._draggable.on({
			dragstart: this._onDragStart,
			predrag: this._onPreDrag,
			drag: this._onDrag,
			dragend: this._onDragEnd
		}, this).enable(), W(e, "leaflet-marker-draggable");
	},
	removeHooks: function() {
		this._draggable.off({
			dragstart: this._onDragStart,
			predrag: this._onPreDrag,
			drag: this._onDrag,
			dragend: this._onDragEnd
		}, this).disable(), this._marker._icon && G(this._marker._icon, "leaflet-marker-draggable");
	},
	moved: function() {
		return this._draggable && this._draggable._moved;
	},
	_adjustPan: function(e) {
		var t = this._marker, n = t._map, r = this._marker.options.autoPanSpeed, i = this._marker.options.autoPanPadding, a = ji(t._icon), o = n.getPixelBounds(), s = n.getPixelOrigin(), c = F(o.min._subtract(s).add(i), o.max._subtract(s).subtract(i));
		if (!c.contains(a)) {
			var l = N((Math.max(c.max.x, a.x) - c.max.x) / (o.max.x - c.max.x) - (Math.min(c.min.x, a.x) - c.min.x) / (o.min.x - c.min.x), (Math.max(c.max.y, a.y) - c.max.y) / (o.max.y - c.max.y) - (Math.min(c.min.y, a.y) - c.min.y) / (o.min.y - c.min.y)).multiplyBy(r);
			n.panBy(l, { animate: !1 }), this._draggable._newPos._add(l), this._draggable._startPos._add(l), q(t._icon, this._draggable._newPos), this._onDrag(e), this._panRequest = k(this._adjustPan.bind(this, e));
		}
	},
	_onDragStart: function() {
		this._oldLatLng = this._marker.getLatLng(), this._marker.closePopup && this._marker.closePopup(), this._marker.fire("movestart").fire("dragstart");
	},
	_onPreDrag: function(e) {
		this._marker.options.autoPan && (A(this._panRequest), this._panRequest = k(this._adjustPan.bind(this, e)));
	},
	_onDrag: function(e) {
		var t = this._marker, n = t._shadow, r = ji(t._icon), i = t._map.layerPointToLatLng(r);
		n && q(n, r), t._latlng = i, e.latlng = i, e.oldLatLng = this._oldLatLng, t.fire("move", e).fire("drag", e);
	},
	_onDragEnd: function(e) {
		A(this._panRequest), delete this._oldLatLng, this._marker.fire("moveend").fire("dragend", e);
	}
}), Va = Fa.extend({
	options: {
		icon: new za(),
		interactive: !0,
		keyboard: !0,
		title: "",
		alt: "Marker",
		zIndexOffset: 0,
		opacity: 1,
		riseOnHover: !1,
		riseOffset: 250,
		pane: "markerPane",
		shadowPane: "shadowPane",
		bubblingMouseEvents: !1,
		autoPanOnFocus: !0,
		draggable: !1,
		autoPan: !1,
		autoPanPadding: [50, 50],
		autoPanSpeed: 10
	},
	initialize: function(e, t) {
		O(this, t), this._latlng = B(e);
	},
	onAdd: function(e) {
		this._zoomAnimated = this._zoomAnimated && e.options.markerZoomAnimation, this._zoomAnimated && e.on("zoomanim", this._animateZoom, this), this._initIcon(), this.update();
	},
	onRemove: function(e) {
		this.dragging && this.dragging.enabled() && (this.options.draggable = !0, this.dragging.removeHooks()), delete this.dragging, this._zoomAnimated && e.off("zoomanim", this._animateZoom, this), this._removeIcon(), this._removeShadow();
	},
	getEvents: function() {
		return {
			zoom: this.update,
			viewreset: this.update
		};
	},
	getLatLng: function() {
		return this._latlng;
	},
	setLatLng: function(e) {
		var t = this._latlng;
		return this._latlng = B(e), this.update(), this.fire("move", {
			oldLatLng: t,
			latlng: this._latlng
		});
	},
	setZIndexOffset: function(e) {
		return this.options.zIndexOffset = e, this.update();
	},
	getIcon: function() {
		return this.options.icon;
	},
	setIcon: function(e) {
		return this.options.icon = e, this._map && (this._initIcon(), this.update()), this._popup && this.bindPopup(this._popup, this._popup.options), this;
	},
	getElement: function() {
		return this._icon;
	},
	update: function() {
		if (this._icon && this._map) {
			var e = this._map.latLngToLayerPoint(this._latlng).round();
			this._setPos(e);
		}
		return this;
	},
	_initIcon: function() {
		var e = this.options, t = "leaflet-zoom-" + (this._zoomAnimated ? "animated" : "hide"), n = e.icon.createIcon(this._icon), r = !1;
		n !== this._icon && (this._icon && this._removeIcon(), r = !0, e.title && (n.title = e.title), n.tagName === "IMG" && (n.alt = e.alt || "")), W(n, t), e.keyboard && (n.tabIndex = "0", n.setAttribute("role", "button")), this._icon = n, e.riseOnHover && this.on({
			mouseover: this._bringToFront,
			mouseout: this._resetZIndex
		}), this.options.autoPanOnFocus && J(n, "focus", this._panOnFocus, this);
		var i = e.icon.createShadow(this._shadow), a = !1;
		i !== this._shadow && (this._removeShadow(), a = !0), i && (W(i, t), i.alt = ""), this._shadow = i, e.opacity < 1 && this._updateOpacity(), r && this.getPane().appendChild(this._icon), this._initInteraction(), i && a && this.getPane(e.shadowPane).appendChild(this._shadow);
	},
	_removeIcon: function() {
		this.options.riseOnHover && this.off({
			mouseover: this._bringToFront,
			mouseout: this._resetZIndex
		}), this.options.autoPanOnFocus && Y(this._icon, "focus", this._panOnFocus, this), U(this._icon), this.removeInteractiveTarget(this._icon), this._icon = null;
	},
	_removeShadow: function() {
		this._shadow && U(this._shadow), this._shadow = null;
	},
	_setPos: function(e) {
		this._icon && q(this._icon, e), this._shadow && q(this._shadow, e), this._zIndex = e.y + this.options.zIndexOffset, this._resetZIndex();
	},
	_updateZIndex: function(e) {
		this._icon && (this._icon.style.zIndex = this._zIndex + e);
	},
	_animateZoom: function(e) {
		var t = this._map._latLngToNewLayerPoint(this._latlng, e.zoom, e.center).round();
		this._setPos(t);
	},
	_initInteraction: function() {
		if (this.options.interactive && (W(this._icon, "leaflet-interactive"), this.addInteractiveTarget(this._icon), Ba)) {
			var e = this.options.draggable;
			this.dragging && (e = this.dragging.enabled(), this.dragging.disable()), this.dragging = new Ba(this), e && this.dragging.enable();
		}
	},
	setOpacity: function(e) {
		return this.options.opacity = e, this._map && this._updateOpacity(), this;
	},
	_updateOpacity: function() {
		var e = this.options.opacity;
		this._icon && K(this._icon, e), this._shadow && K(this._shadow, e);
	},
	_bringToFront: function() {
		this._updateZIndex(this.options.riseOffset);
	},
	_resetZIndex: function() {
		this._updateZIndex(0);
	},
	_panOnFocus: function() {
		var e = this._map;
		if (e) {
			var t = this.options.icon.options, n = t.iconSize ? N(t.iconSize) : N(0, 0), r = t.iconAnchor ? N(t.iconAnchor) : N(0, 0);
			e.panInside(this._latlng, {
				paddingTopLeft: r,
				paddingBottomRight: n.subtract(r)
			});
		}
	},
	_getPopupAnchor: function() {
		return this.options.icon.options.popupAnchor;
	},
	_getTooltipAnchor: function() {
		return this.options.icon.options.tooltipAnchor;
	}
}), Ha = Fa.extend({
	options: {
		stroke: !0,
		color: "#3388ff",
		weight: 3,
		opacity: 1,
		lineCap: "round",
		lineJoin: "round",
		dashArray: null,
		dashOffset: null,
		fill: !1,
		fillColor: null,
		fillOpacity: .2,
		fillRule: "evenodd",
		interactive: !0,
		bubblingMouseEvents: !0
	},
	beforeAdd: function(e) {
		this._renderer = e.getRenderer(this);
	},
	onAdd: function() {
		this._renderer._initPath(this), this._reset(), this._renderer._addPath(this);
	},
	onRemove: function() {
		this._renderer._removePath(this);
	},
	redraw: function() {
		return this._map && this._renderer._updatePath(this), this;
	},
	setStyle: function(e) {
		return O(this, e), this._renderer && (this._renderer._updateStyle(this), this.options.stroke && e && Object.prototype.hasOwnProperty.call(e, "weight") && this._updateBounds()), this;
	},
	bringToFront: function() {
		return this._renderer && this._renderer._bringToFront(this), this;
	},
	bringToBack: function() {
		return this._renderer && this._renderer._bringToBack(this), this;
	},
	getElement: function() {
		return this._path;
	},
	_reset: function() {
		this._project(), this._update();
	},
	_clickTolerance: function() {
		return (this.options.stroke ? this.options.weight / 2 : 0) + (this._renderer.options.tolerance || 0);
	}
}), Ua = Ha.extend({
	options: {
		fill: !0,
		radius: 10
	},
	initialize: function(e, t) {
		O(this, t), this._latlng = B(e), this._radius = this.options.radius;
	},
	setLatLng: function(e) {
		var t = this._latlng;
		return this._latlng = B(e), this.redraw(), this.fire("move", {
			oldLatLng: t,
			latlng: this._latlng
		});
	},
	getLatLng: function() {
		return this._latlng;
	},
	setRadius: function(e) {
		return this.options.radius = this._radius = e, this.redraw();
	},
	getRadius: function() {
		return this._radius;
	},
	setStyle: function(e) {
		var t = e && e.radius || this._radius;
		return Ha.prototype.setStyle.call(this, e), this.setRadius(t), this;
	},
	_project: function() {
		this._point = this._map.latLngToLayerPoint(this._latlng), this._updateBounds();
	},
	_updateBounds: function() {
		var e = this._radius, t = this._radiusY || e, n = this._clickTolerance(), r = [e + n, t + n];
		this._pxBounds = new P(this._point.subtract(r), this._point.add(r));
	},
	_update: function() {
		this._map && this._updatePath();
	},
	_updatePath: function() {
		this._renderer._updateCircle(this);
	},
	_empty: function() {
		return this._radius && !this._renderer._bounds.intersects(this._pxBounds);
	},
	_containsPoint: function(e) {
		return e.distanceTo(this._point) <= this._radius + this._clickTolerance();
	}
}), Wa = Ua.extend({
	initialize: function(e, t, n) {
		if (typeof t == "number" && (t = w({}, n, { radius: t })), O(this, t), this._latlng = B(e), isNaN(this.options.radius)) throw Error("Circle radius cannot be NaN");
		this._mRadius = this.options.radius;
	},
	setRadius: function(e) {
		return this._mRadius = e, this.redraw();
	},
	getRadius: function() {
		return this._mRadius;
	},
	getBounds: function() {
		var e = [this._radius, this._radiusY || this._radius];
		return new I(this._map.layerPointToLatLng(this._point.subtract(e)), this._map.layerPointToLatLng(this._point.add(e)));
	},
	setStyle: Ha.prototype.setStyle,
	_project: function() {
		var e = this._latlng.lng, t = this._latlng.lat, n = this._map, r = n.options.crs;
		if (r.distance === ir.distance) {
			var i = Math.PI / 180, a = this._mRadius / ir.R / i, o = n.project([t + a, e]), s = n.project([t - a, e]), c = o.add(s).divideBy(2), l = n.unproject(c).lat, u = Math.acos((Math.cos(a * i) - Math.sin(t * i) * Math.sin(l * i)) / (Math.cos(t * i) * Math.cos(l * i))) / i;
			(isNaN(u) || u === 0) && (u = a / Math.cos(Math.PI / 180 * t)), this._point = c.subtract(n.getPixelOrigin()), this._radius = isNaN(u) ? 0 : c.x - n.project([l, e - u]).x, this._radiusY = c.y - o.y;
		} else {
			var d = r.unproject(r.project(this._latlng).subtract([this._mRadius, 0]));
			this._point = n.latLngToLayerPoint(this._latlng), this._radius = this._point.x - n.latLngToLayerPoint(d).x;
		}
		this._updateBounds();
	}
}), Ga = Ha.extend({
	options: {
		smoothFactor: 1,
		noClip: !1
	},
	initialize: function(e, t) {
		O(this, t), this._setLatLngs(e);
	},
	getLatLngs: function() {
		return this._latlngs;
	},
	setLatLngs: function(e) {
		return this._setLatLngs(e), this.redraw();
	},
	isEmpty: function() {
		return !this._latlngs.length;
	},
	closestLayerPoint: function(e) {
		for (var t = Infinity, n = null, r = Da, i, a, o = 0, s = this._parts.length; o < s; o++) for (var c = this._parts[o], l = 1, u = c.length; l < u; l++) {
			i = c[l - 1], a = c[l];
			var d = r(e, i, a, !0);
			d < t && (t = d, n = r(e, i, a));
		}
		return n && (n.distance = Math.sqrt(t)), n;
	},
	getCenter: function() {
		if (!this._map) throw Error("Must add layer to map before using getCenter()");
		return ka(this._defaultShape(), this._map.options.crs);
	},
	getBounds: function() {
		return this._bounds;
	},
	addLatLng: function(e, t) {
		return t ||= this._defaultShape(), e = B(e), t.push(e), this._bounds.extend(e), this.redraw();
	},
	_setLatLngs: function(e) {
		this._bounds = new I(), this._latlngs = this._convertLatLngs(e);
	},
	_defaultShape: function() {
		return Q(this._latlngs) ? this._latlngs : this._latlngs[0];
	},
	_convertLatLngs: function(e) {
		for (var t = [], n = Q(e), r = 0, i = e.length; r < i; r++) n ? (t[r] = B(e[r]), this._bounds.extend(t[r])) : t[r] = this._convertLatLngs(e[r]);
		return t;
	},
	_project: function() {
		var e = new P();
		this._rings = [], this._projectLatlngs(this._latlngs, this._rings, e), this._bounds.isValid() && e.isValid() && (this._rawPxBounds = e, this._updateBounds());
	},
	_updateBounds: function() {
		var e = this._clickTolerance(), t = new M(e, e);
		this._rawPxBounds && (this._pxBounds = new P([this._rawPxBounds.min.subtract(t), this._rawPxBounds.max.add(t)]));
	},
	_projectLatlngs: function(e, t, n) {
		var r = e[0] instanceof z, i = e.length, a, o;
		if (r) {
			for (o = [], a = 0; a < i; a++) o[a] = this._map.latLngToLayerPoint(e[a]), n.extend(o[a]);
			t.push(o);
		} else for (a = 0; a < i; a++) this._projectLatlngs(e[a], t, n);
	},
	_clipPoints: function() {
		var e = this._renderer._bounds;
		if (this._parts = [], this._pxBounds && this._pxBounds.intersects(e)) {
			if (this.options.noClip) this._parts = this._rings;
			else for (var t = this._parts, n = 0, r, i = 0, a = this._rings.length, o, s, c; n < a; n++) for (c = this._rings[n], r = 0, o = c.length; r < o - 1; r++) s = Ca(c[r], c[r + 1], e, r, !0), s && (t[i] = t[i] || [], t[i].push(s[0]), (s[1] !== c[r + 1] || r === o - 2) && (t[i].push(s[1]), i++));
		}
	},
	_simplifyPoints: function() {
		for (var e = this._parts, t = this.options.smoothFactor, n = 0, r = e.length; n < r; n++) e[n] = _a(e[n], t);
	},
	_update: function() {
		this._map && (this._clipPoints(), this._simplifyPoints(), this._updatePath());
	},
	_updatePath: function() {
		this._renderer._updatePoly(this);
	},
	_containsPoint: function(e, t) {
		var n, r, i, a, o, s, c = this._clickTolerance();
		if (!this._pxBounds || !this._pxBounds.contains(e)) return !1;
		for (n = 0, a = this._parts.length; n < a; n++) for (s = this._parts[n], r = 0, o = s.length, i = o - 1; r < o; i = r++) if ((t || r !== 0) && va(e, s[i], s[r]) <= c) return !0;
		return !1;
	}
});
Ga._flat = Oa;
var Ka = Ga.extend({
	options: { fill: !0 },
	isEmpty: function() {
		return !this._latlngs.length || !this._latlngs[0].length;
	},
	getCenter: function() {
		if (!this._map) throw Error("Must add layer to map before using getCenter()");
		return ha(this._defaultShape(), this._map.options.crs);
	},
	_convertLatLngs: function(e) {
		var t = Ga.prototype._convertLatLngs.call(this, e), n = t.length;
		return n >= 2 && t[0] instanceof z && t[0].equals(t[n - 1]) && t.pop(), t;
	},
	_setLatLngs: function(e) {
		Ga.prototype._setLatLngs.call(this, e), Q(this._latlngs) && (this._latlngs = [this._latlngs]);
	},
	_defaultShape: function() {
		return Q(this._latlngs[0]) ? this._latlngs[0] : this._latlngs[0][0];
	},
	_clipPoints: function() {
		var e = this._renderer._bounds, t = this.options.weight, n = new M(t, t);
		if (e = new P(e.min.subtract(n), e.max.add(n)), this._parts = [], this._pxBounds && this._pxBounds.intersects(e)) {
			if (this.options.noClip) this._parts = this._rings;
			else for (var r = 0, i = this._rings.length, a; r < i; r++) a = ma(this._rings[r], e, !0), a.length && this._parts.push(a);
		}
	},
	_updatePath: function() {
		this._renderer._updatePoly(this, !0);
	},
	_containsPoint: function(e) {
		var t = !1, n, r, i, a, o, s, c, l;
		if (!this._pxBounds || !this._pxBounds.contains(e)) return !1;
		for (a = 0, c = this._parts.length; a < c; a++) for (n = this._parts[a], o = 0, l = n.length, s = l - 1; o < l; s = o++) r = n[o], i = n[s], r.y > e.y != i.y > e.y && e.x < (i.x - r.x) * (e.y - r.y) / (i.y - r.y) + r.x && (t = !t);
		return t || Ga.prototype._containsPoint.call(this, e, !0);
	}
}), qa = La.extend({
	initialize: function(e, t) {
		O(this, t), this._layers = {}, e && this.addData(e);
	},
	addData: function(e) {
		var t = Wn(e) ? e : e.features, n, r, i;
		if (t) {
			for (n = 0, r = t.length; n < r; n++) i = t[n], (i.geometries || i.geometry || i.features || i.coordinates) && this.addData(i);
			return this;
		}
		var a = this.options;
		if (a.filter && !a.filter(e)) return this;
		var o = Ja(e, a);
		return o ? (o.feature = to(e), o.defaultOptions = o.options, this.resetStyle(o), a.onEachFeature && a.onEachFeature(e, o), this.addLayer(o)) : this;
	},
	resetStyle: function(e) {
		return e === void 0 ? this.eachLayer(this.resetStyle, this) : (e.options = w({}, e.defaultOptions), this._setLayerStyle(e, this.options.style), this);
	},
	setStyle: function(e) {
		return this.eachLayer(function(t) {
			this._setLayerStyle(t, e);
		}, this);
	},
	_setLayerStyle: function(e, t) {
		e.setStyle && (typeof t == "function" && (t = t(e.feature)), e.setStyle(t));
	}
});
function Ja(e, t) {
	var n = e.type === "Feature" ? e.geometry : e, r = n ? n.coordinates : null, i = [], a = t && t.pointToLayer, o = t && t.coordsToLatLng || Xa, s, c, l, u;
	if (!r && !n) return null;
	switch (n.type) {
		case "Point": return s = o(r), Ya(a, e, s, t);
		case "MultiPoint":
			for (l = 0, u = r.length; l < u; l++) s = o(r[l]), i.push(Ya(a, e, s, t));
			return new La(i);
		case "LineString":
		case "MultiLineString": return c = Za(r, n.type === "LineString" ? 0 : 1, o), new Ga(c, t);
		case "Polygon":
		case "MultiPolygon": return c = Za(r, n.type === "Polygon" ? 1 : 2, o), new Ka(c, t);
		case "GeometryCollection":
			for (l = 0, u = n.geometries.length; l < u; l++) {
				var d = Ja({
					geometry: n.geometries[l],
					type: "Feature",
					properties: e.properties
				}, t);
				d && i.push(d);
			}
			return new La(i);
		case "FeatureCollection":
			for (l = 0, u = n.features.length; l < u; l++) {
				var f = Ja(n.features[l], t);
				f && i.push(f);
			}
			return new La(i);
		default: throw Error("Invalid GeoJSON object.");
	}
}
function Ya(e, t, n, r) {
	return e ? e(t, n) : new Va(n, r && r.markersInheritOptions && r);
}
function Xa(e) {
	return new z(e[1], e[0], e[2]);
}
function Za(e, t, n) {
	for (var r = [], i = 0, a = e.length, o; i < a; i++) o = t ? Za(e[i], t - 1, n) : (n || Xa)(e[i]), r.push(o);
	return r;
}
function Qa(e, t) {
	return e = B(e), e.alt === void 0 ? [Rn(e.lng, t), Rn(e.lat, t)] : [
		Rn(e.lng, t),
		Rn(e.lat, t),
		Rn(e.alt, t)
	];
}
function $a(e, t, n, r) {
	for (var i = [], a = 0, o = e.length; a < o; a++) i.push(t ? $a(e[a], Q(e[a]) ? 0 : t - 1, n, r) : Qa(e[a], r));
	return !t && n && i.length > 0 && i.push(i[0].slice()), i;
}
function eo(e, t) {
	return e.feature ? w({}, e.feature, { geometry: t }) : to(t);
}
function to(e) {
	return e.type === "Feature" || e.type === "FeatureCollection" ? e : {
		type: "Feature",
		properties: {},
		geometry: e
	};
}
var no = { toGeoJSON: function(e) {
	return eo(this, {
		type: "Point",
		coordinates: Qa(this.getLatLng(), e)
	});
} };
Va.include(no), Wa.include(no), Ua.include(no), Ga.include({ toGeoJSON: function(e) {
	var t = !Q(this._latlngs), n = $a(this._latlngs, +!!t, !1, e);
	return eo(this, {
		type: (t ? "Multi" : "") + "LineString",
		coordinates: n
	});
} }), Ka.include({ toGeoJSON: function(e) {
	var t = !Q(this._latlngs), n = t && !Q(this._latlngs[0]), r = $a(this._latlngs, n ? 2 : +!!t, !0, e);
	return t || (r = [r]), eo(this, {
		type: (n ? "Multi" : "") + "Polygon",
		coordinates: r
	});
} }), Ia.include({
	toMultiPoint: function(e) {
		var t = [];
		return this.eachLayer(function(n) {
			t.push(n.toGeoJSON(e).geometry.coordinates);
		}), eo(this, {
			type: "MultiPoint",
			coordinates: t
		});
	},
	toGeoJSON: function(e) {
		var t = this.feature && this.feature.geometry && this.feature.geometry.type;
		if (t === "MultiPoint") return this.toMultiPoint(e);
		var n = t === "GeometryCollection", r = [];
		return this.eachLayer(function(t) {
			if (t.toGeoJSON) {
				var i = t.toGeoJSON(e);
				if (n) r.push(i.geometry);
				else {
					var a = to(i);
					a.type === "FeatureCollection" ? r.push.apply(r, a.features) : r.push(a);
				}
			}
		}), n ? eo(this, {
			geometries: r,
			type: "GeometryCollection"
		}) : {
			type: "FeatureCollection",
			features: r
		};
	}
});
var ro = Fa.extend({
	options: {
		opacity: 1,
		alt: "",
		interactive: !1,
		crossOrigin: !1,
		errorOverlayUrl: "",
		zIndex: 1,
		className: ""
	},
	initialize: function(e, t, n) {
		this._url = e, this._bounds = R(t), O(this, n);
	},
	onAdd: function() {
		this._image || (this._initImage(), this.options.opacity < 1 && this._updateOpacity()), this.options.interactive && (W(this._image, "leaflet-interactive"), this.addInteractiveTarget(this._image)), this.getPane().appendChild(this._image), this._reset();
	},
	onRemove: function() {
		U(this._image), this.options.interactive && this.removeInteractiveTarget(this._image);
	},
	setOpacity: function(e) {
		return this.options.opacity = e, this._image && this._updateOpacity(), this;
	},
	setStyle: function(e) {
		return e.opacity && this.setOpacity(e.opacity), this;
	},
	bringToFront: function() {
		return this._map && Ci(this._image), this;
	},
	bringToBack: function() {
		return this._map && wi(this._image), this;
	},
	setUrl: function(e) {
		return this._url = e, this._image && (this._image.src = e), this;
	},
	setBounds: function(e) {
		return this._bounds = R(e), this._map && this._reset(), this;
	},
	getEvents: function() {
		var e = {
			zoom: this._reset,
			viewreset: this._reset
		};
		return this._zoomAnimated && (e.zoomanim = this._animateZoom), e;
	},
	setZIndex: function(e) {
		return this.options.zIndex = e, this._updateZIndex(), this;
	},
	getBounds: function() {
		return this._bounds;
	},
	getElement: function() {
		return this._image;
	},
	_initImage: function() {
		var e = this._url.tagName === "IMG", t = this._image = e ? this._url : H("img");
		W(t, "leaflet-image-layer"), this._zoomAnimated && W(t, "leaflet-zoom-animated"), this.options.className && W(t, this.options.className), t.onselectstart = D, t.onmousemove = D, t.onload = T(this.fire, this, "load"), t.onerror = T(this._overlayOnError, this, "error"), (this.options.crossOrigin || this.options.crossOrigin === "") && (t.crossOrigin = this.options.crossOrigin === !0 ? "" : this.options.crossOrigin), this.options.zIndex && this._updateZIndex(), e ? this._url = t.src : (t.src = this._url, t.alt = this.options.alt);
	},
	_animateZoom: function(e) {
		var t = this._map.getZoomScale(e.zoom), n = this._map._latLngBoundsToNewLayerBounds(this._bounds, e.zoom, e.center).min;
		Ai(this._image, n, t);
	},
	_reset: function() {
		var e = this._image, t = new P(this._map.latLngToLayerPoint(this._bounds.getNorthWest()), this._map.latLngToLayerPoint(this._bounds.getSouthEast())), n = t.getSize();
		q(e, t.min), e.style.width = n.x + "px", e.style.height = n.y + "px";
	},
	_updateOpacity: function() {
		K(this._image, this.options.opacity);
	},
	_updateZIndex: function() {
		this._image && this.options.zIndex !== void 0 && this.options.zIndex !== null && (this._image.style.zIndex = this.options.zIndex);
	},
	_overlayOnError: function() {
		this.fire("error");
		var e = this.options.errorOverlayUrl;
		e && this._url !== e && (this._url = e, this._image.src = e);
	},
	getCenter: function() {
		return this._bounds.getCenter();
	}
});
ro.extend({
	options: {
		autoplay: !0,
		loop: !0,
		keepAspectRatio: !0,
		muted: !1,
		playsInline: !0
	},
	_initImage: function() {
		var e = this._url.tagName === "VIDEO", t = this._image = e ? this._url : H("video");
		if (W(t, "leaflet-image-layer"), this._zoomAnimated && W(t, "leaflet-zoom-animated"), this.options.className && W(t, this.options.className), t.onselectstart = D, t.onmousemove = D, t.onloadeddata = T(this.fire, this, "load"), e) {
			for (var n = t.getElementsByTagName("source"), r = [], i = 0; i < n.length; i++) r.push(n[i].src);
			this._url = n.length > 0 ? r : [t.src];
		} else {
			Wn(this._url) || (this._url = [this._url]), !this.options.keepAspectRatio && Object.prototype.hasOwnProperty.call(t.style, "objectFit") && (t.style.objectFit = "fill"), t.autoplay = !!this.options.autoplay, t.loop = !!this.options.loop, t.muted = !!this.options.muted, t.playsInline = !!this.options.playsInline;
			for (var a = 0; a < this._url.length; a++) {
				var o = H("source");
				o.src = this._url[a], t.appendChild(o);
			}
		}
	}
}), ro.extend({ _initImage: function() {
	var e = this._image = this._url;
	W(e, "leaflet-image-layer"), this._zoomAnimated && W(e, "leaflet-zoom-animated"), this.options.className && W(e, this.options.className), e.onselectstart = D, e.onmousemove = D;
} });
var io = Fa.extend({
	options: {
		interactive: !1,
		offset: [0, 0],
		className: "",
		pane: void 0,
		content: ""
	},
	initialize: function(e, t) {
		e && (e instanceof z || Wn(e)) ? (this._latlng = B(e), O(this, t)) : (O(this, e), this._source = t), this.options.content && (this._content = this.options.content);
	},
	openOn: function(e) {
		return e = arguments.length ? e : this._source._map, e.hasLayer(this) || e.addLayer(this), this;
	},
	close: function() {
		return this._map && this._map.removeLayer(this), this;
	},
	toggle: function(e) {
		return this._map ? this.close() : (arguments.length ? this._source = e : e = this._source, this._prepareOpen(), this.openOn(e._map)), this;
	},
	onAdd: function(e) {
		this._zoomAnimated = e._zoomAnimated, this._container || this._initLayout(), e._fadeAnimated && K(this._container, 0), clearTimeout(this._removeTimeout), this.getPane().appendChild(this._container), this.update(), e._fadeAnimated && K(this._container, 1), this.bringToFront(), this.options.interactive && (W(this._container, "leaflet-interactive"), this.addInteractiveTarget(this._container));
	},
	onRemove: function(e) {
		e._fadeAnimated ? (K(this._container, 0), this._removeTimeout = setTimeout(T(U, void 0, this._container), 200)) : U(this._container), this.options.interactive && (G(this._container, "leaflet-interactive"), this.removeInteractiveTarget(this._container));
	},
	getLatLng: function() {
		return this._latlng;
	},
	setLatLng: function(e) {
		return this._latlng = B(e), this._map && (this._updatePosition(), this._adjustPan()), this;
	},
	getContent: function() {
		return this._content;
	},
	setContent: function(e) {
		return this._content = e, this.update(), this;
	},
	getElement: function() {
		return this._container;
	},
	update: function() {
		this._map && (this._container.style.visibility = "hidden", this._updateContent(), this._updateLayout(), this._updatePosition(), this._container.style.visibility = "", this._adjustPan());
	},
	getEvents: function() {
		var e = {
			zoom: this._updatePosition,
			viewreset: this._updatePosition
		};
		return this._zoomAnimated && (e.zoomanim = this._animateZoom), e;
	},
	isOpen: function() {
		return !!this._map && this._map.hasLayer(this);
	},
	bringToFront: function() {
		return this._map && Ci(this._container), this;
	},
	bringToBack: function() {
		return this._map && wi(this._container), this;
	},
	_prepareOpen: function(e) {
		var t = this._source;
		if (!t._map) return !1;
		if (t instanceof La) {
			t = null;
			var n = this._source._layers;
			for (var r in n) if (n[r]._map) {
				t = n[r];
				break;
			}
			if (!t) return !1;
			this._source = t;
		}
		if (!e) {
			if (t.getCenter) e = t.getCenter();
			else if (t.getLatLng) e = t.getLatLng();
			else if (t.getBounds) e = t.getBounds().getCenter();
			else throw Error("Unable to get source layer LatLng.");
		}
		return this.setLatLng(e), this._map && this.update(), !0;
	},
	_updateContent: function() {
		if (this._content) {
			var e = this._contentNode, t = typeof this._content == "function" ? this._content(this._source || this) : this._content;
			if (typeof t == "string") e.innerHTML = t;
			else {
				for (; e.hasChildNodes();) e.removeChild(e.firstChild);
				e.appendChild(t);
			}
			this.fire("contentupdate");
		}
	},
	_updatePosition: function() {
		if (this._map) {
			var e = this._map.latLngToLayerPoint(this._latlng), t = N(this.options.offset), n = this._getAnchor();
			this._zoomAnimated ? q(this._container, e.add(n)) : t = t.add(e).add(n);
			var r = this._containerBottom = -t.y, i = this._containerLeft = -Math.round(this._containerWidth / 2) + t.x;
			this._container.style.bottom = r + "px", this._container.style.left = i + "px";
		}
	},
	_getAnchor: function() {
		return [0, 0];
	}
});
Z.include({ _initOverlay: function(e, t, n, r) {
	var i = t;
	return i instanceof e || (i = new e(r).setContent(t)), n && i.setLatLng(n), i;
} }), Fa.include({ _initOverlay: function(e, t, n, r) {
	var i = n;
	return i instanceof e ? (O(i, r), i._source = this) : (i = t && !r ? t : new e(r, this), i.setContent(n)), i;
} });
var ao = io.extend({
	options: {
		pane: "popupPane",
		offset: [0, 7],
		maxWidth: 300,
		minWidth: 50,
		maxHeight: null,
		autoPan: !0,
		autoPanPaddingTopLeft: null,
		autoPanPaddingBottomRight: null,
		autoPanPadding: [5, 5],
		keepInView: !1,
		closeButton: !0,
		autoClose: !0,
		closeOnEscapeKey: !0,
		className: ""
	},
	openOn: function(e) {
		return e = arguments.length ? e : this._source._map, !e.hasLayer(this) && e._popup && e._popup.options.autoClose && e.removeLayer(e._popup), e._popup = this, io.prototype.openOn.call(this, e);
	},
	onAdd: function(e) {
		io.prototype.onAdd.call(this, e), e.fire("popupopen", { popup: this }), this._source && (this._source.fire("popupopen", { popup: this }, !0), this._source instanceof Ha || this._source.on("preclick", Xi));
	},
	onRemove: function(e) {
		io.prototype.onRemove.call(this, e), e.fire("popupclose", { popup: this }), this._source && (this._source.fire("popupclose", { popup: this }, !0), this._source instanceof Ha || this._source.off("preclick", Xi));
	},
	getEvents: function() {
		var e = io.prototype.getEvents.call(this);
		return (this.options.closeOnClick === void 0 ? this._map.options.closePopupOnClick : this.options.closeOnClick) && (e.preclick = this.close), this.options.keepInView && (e.moveend = this._adjustPan), e;
	},
	_initLayout: function() {
		var e = "leaflet-popup", t = this._container = H("div", e + " " + (this.options.className || "") + " leaflet-zoom-animated"), n = this._wrapper = H("div", e + "-content-wrapper", t);
		if (this._contentNode = H("div", e + "-content", n), Qi(t), Zi(this._contentNode), J(t, "contextmenu", Xi), this._tipContainer = H("div", e + "-tip-container", t), this._tip = H("div", e + "-tip", this._tipContainer), this.options.closeButton) {
			var r = this._closeButton = H("a", e + "-close-button", t);
			r.setAttribute("role", "button"), r.setAttribute("aria-label", "Close popup"), r.href = "#close", r.innerHTML = "<span aria-hidden=\"true\">&#215;</span>", J(r, "click", function(e) {
				X(e), this.close();
			}, this);
		}
	},
	_updateLayout: function() {
		var e = this._contentNode, t = e.style;
		t.width = "", t.whiteSpace = "nowrap";
		var n = e.offsetWidth;
		n = Math.min(n, this.options.maxWidth), n = Math.max(n, this.options.minWidth), t.width = n + 1 + "px", t.whiteSpace = "", t.height = "";
		var r = e.offsetHeight, i = this.options.maxHeight, a = "leaflet-popup-scrolled";
		i && r > i ? (t.height = i + "px", W(e, a)) : G(e, a), this._containerWidth = this._container.offsetWidth;
	},
	_animateZoom: function(e) {
		var t = this._map._latLngToNewLayerPoint(this._latlng, e.zoom, e.center), n = this._getAnchor();
		q(this._container, t.add(n));
	},
	_adjustPan: function() {
		if (this.options.autoPan) {
			if (this._map._panAnim && this._map._panAnim.stop(), this._autopanning) this._autopanning = !1;
			else {
				var e = this._map, t = parseInt(xi(this._container, "marginBottom"), 10) || 0, n = this._container.offsetHeight + t, r = this._containerWidth, i = new M(this._containerLeft, -n - this._containerBottom);
				i._add(ji(this._container));
				var a = e.layerPointToContainerPoint(i), o = N(this.options.autoPanPadding), s = N(this.options.autoPanPaddingTopLeft || o), c = N(this.options.autoPanPaddingBottomRight || o), l = e.getSize(), u = 0, d = 0;
				a.x + r + c.x > l.x && (u = a.x + r - l.x + c.x), a.x - u - s.x < 0 && (u = a.x - s.x), a.y + n + c.y > l.y && (d = a.y + n - l.y + c.y), a.y - d - s.y < 0 && (d = a.y - s.y), (u || d) && (this.options.keepInView && (this._autopanning = !0), e.fire("autopanstart").panBy([u, d]));
			}
		}
	},
	_getAnchor: function() {
		return N(this._source && this._source._getPopupAnchor ? this._source._getPopupAnchor() : [0, 0]);
	}
});
Z.mergeOptions({ closePopupOnClick: !0 }), Z.include({
	openPopup: function(e, t, n) {
		return this._initOverlay(ao, e, t, n).openOn(this), this;
	},
	closePopup: function(e) {
		return e = arguments.length ? e : this._popup, e && e.close(), this;
	}
}), Fa.include({
	bindPopup: function(e, t) {
		return this._popup = this._initOverlay(ao, this._popup, e, t), this._popupHandlersAdded ||= (this.on({
			click: this._openPopup,
			keypress: this._onKeyPress,
			remove: this.closePopup,
			move: this._movePopup
		}), !0), this;
	},
	unbindPopup: function() {
		return this._popup &&= (this.off({
			click: this._openPopup,
			keypress: this._onKeyPress,
			remove: this.closePopup,
			move: this._movePopup
		}), this._popupHandlersAdded = !1, null), this;
	},
	openPopup: function(e) {
		return this._popup && (this instanceof La || (this._popup._source = this), this._popup._prepareOpen(e || this._latlng) && this._popup.openOn(this._map)), this;
	},
	closePopup: function() {
		return this._popup && this._popup.close(), this;
	},
	togglePopup: function() {
		return this._popup && this._popup.toggle(this), this;
	},
	isPopupOpen: function() {
		return this._popup ? this._popup.isOpen() : !1;
	},
	setPopupContent: function(e) {
		return this._popup && this._popup.setContent(e), this;
	},
	getPopup: function() {
		return this._popup;
	},
	_openPopup: function(e) {
		if (this._popup && this._map) {
			$i(e);
			var t = e.layer || e.target;
			this._popup._source === t && !(t instanceof Ha) ? this._map.hasLayer(this._popup) ? this.closePopup() : this.openPopup(e.latlng) : (this._popup._source = t, this.openPopup(e.latlng));
		}
	},
	_movePopup: function(e) {
		this._popup.setLatLng(e.latlng);
	},
	_onKeyPress: function(e) {
		e.originalEvent.keyCode === 13 && this._openPopup(e);
	}
});
var oo = io.extend({
	options: {
		pane: "tooltipPane",
		offset: [0, 0],
		direction: "auto",
		permanent: !1,
		sticky: !1,
		opacity: .9
	},
	onAdd: function(e) {
		io.prototype.onAdd.call(this, e), this.setOpacity(this.options.opacity), e.fire("tooltipopen", { tooltip: this }), this._source && (this.addEventParent(this._source), this._source.fire("tooltipopen", { tooltip: this }, !0));
	},
	onRemove: function(e) {
		io.prototype.onRemove.call(this, e), e.fire("tooltipclose", { tooltip: this }), this._source && (this.removeEventParent(this._source), this._source.fire("tooltipclose", { tooltip: this }, !0));
	},
	getEvents: function() {
		var e = io.prototype.getEvents.call(this);
		return this.options.permanent || (e.preclick = this.close), e;
	},
	_initLayout: function() {
		var e = "leaflet-tooltip " + (this.options.className || "") + " leaflet-zoom-" + (this._zoomAnimated ? "animated" : "hide");
		this._contentNode = this._container = H("div", e), this._container.setAttribute("role", "tooltip"), this._container.setAttribute("id", "leaflet-tooltip-" + E(this));
	},
	_updateLayout: function() {},
	_adjustPan: function() {},
	_setPosition: function(e) {
		var t, n, r = this._map, i = this._container, a = r.latLngToContainerPoint(r.getCenter()), o = r.layerPointToContainerPoint(e), s = this.options.direction, c = i.offsetWidth, l = i.offsetHeight, u = N(this.options.offset), d = this._getAnchor();
		s === "top" ? (t = c / 2, n = l) : s === "bottom" ? (t = c / 2, n = 0) : s === "center" ? (t = c / 2, n = l / 2) : s === "right" ? (t = 0, n = l / 2) : s === "left" ? (t = c, n = l / 2) : o.x < a.x ? (s = "right", t = 0, n = l / 2) : (s = "left", t = c + (u.x + d.x) * 2, n = l / 2), e = e.subtract(N(t, n, !0)).add(u).add(d), G(i, "leaflet-tooltip-right"), G(i, "leaflet-tooltip-left"), G(i, "leaflet-tooltip-top"), G(i, "leaflet-tooltip-bottom"), W(i, "leaflet-tooltip-" + s), q(i, e);
	},
	_updatePosition: function() {
		var e = this._map.latLngToLayerPoint(this._latlng);
		this._setPosition(e);
	},
	setOpacity: function(e) {
		this.options.opacity = e, this._container && K(this._container, e);
	},
	_animateZoom: function(e) {
		var t = this._map._latLngToNewLayerPoint(this._latlng, e.zoom, e.center);
		this._setPosition(t);
	},
	_getAnchor: function() {
		return N(this._source && this._source._getTooltipAnchor && !this.options.sticky ? this._source._getTooltipAnchor() : [0, 0]);
	}
});
Z.include({
	openTooltip: function(e, t, n) {
		return this._initOverlay(oo, e, t, n).openOn(this), this;
	},
	closeTooltip: function(e) {
		return e.close(), this;
	}
}), Fa.include({
	bindTooltip: function(e, t) {
		return this._tooltip && this.isTooltipOpen() && this.unbindTooltip(), this._tooltip = this._initOverlay(oo, this._tooltip, e, t), this._initTooltipInteractions(), this._tooltip.options.permanent && this._map && this._map.hasLayer(this) && this.openTooltip(), this;
	},
	unbindTooltip: function() {
		return this._tooltip &&= (this._initTooltipInteractions(!0), this.closeTooltip(), null), this;
	},
	_initTooltipInteractions: function(e) {
		if (e || !this._tooltipHandlersAdded) {
			var t = e ? "off" : "on", n = {
				remove: this.closeTooltip,
				move: this._moveTooltip
			};
			this._tooltip.options.permanent ? n.add = this._openTooltip : (n.mouseover = this._openTooltip, n.mouseout = this.closeTooltip, n.click = this._openTooltip, this._map ? this._addFocusListeners() : n.add = this._addFocusListeners), this._tooltip.options.sticky && (n.mousemove = this._moveTooltip), this[t](n), this._tooltipHandlersAdded = !e;
		}
	},
	openTooltip: function(e) {
		return this._tooltip && (this instanceof La || (this._tooltip._source = this), this._tooltip._prepareOpen(e) && (this._tooltip.openOn(this._map), this.getElement ? this._setAriaDescribedByOnLayer(this) : this.eachLayer && this.eachLayer(this._setAriaDescribedByOnLayer, this))), this;
	},
	closeTooltip: function() {
		if (this._tooltip) return this._tooltip.close();
	},
	toggleTooltip: function() {
		return this._tooltip && this._tooltip.toggle(this), this;
	},
	isTooltipOpen: function() {
		return this._tooltip.isOpen();
	},
	setTooltipContent: function(e) {
		return this._tooltip && this._tooltip.setContent(e), this;
	},
	getTooltip: function() {
		return this._tooltip;
	},
	_addFocusListeners: function() {
		this.getElement ? this._addFocusListenersOnLayer(this) : this.eachLayer && this.eachLayer(this._addFocusListenersOnLayer, this);
	},
	_addFocusListenersOnLayer: function(e) {
		var t = typeof e.getElement == "function" && e.getElement();
		t && (J(t, "focus", function() {
			this._tooltip._source = e, this.openTooltip();
		}, this), J(t, "blur", this.closeTooltip, this));
	},
	_setAriaDescribedByOnLayer: function(e) {
		var t = typeof e.getElement == "function" && e.getElement();
		t && t.setAttribute("aria-describedby", this._tooltip._container.id);
	},
	_openTooltip: function(e) {
		if (this._tooltip && this._map) {
			if (this._map.dragging && this._map.dragging.moving() && !this._openOnceFlag) {
				this._openOnceFlag = !0;
				var t = this;
				this._map.once("moveend", function() {
					t._openOnceFlag = !1, t._openTooltip(e);
				});
			} else this._tooltip._source = e.layer || e.target, this.openTooltip(this._tooltip.options.sticky ? e.latlng : void 0);
		}
	},
	_moveTooltip: function(e) {
		var t = e.latlng, n, r;
		this._tooltip.options.sticky && e.originalEvent && (n = this._map.mouseEventToContainerPoint(e.originalEvent), r = this._map.containerPointToLayerPoint(n), t = this._map.layerPointToLatLng(r)), this._tooltip.setLatLng(t);
	}
});
var so = Ra.extend({
	options: {
		iconSize: [12, 12],
		html: !1,
		bgPos: null,
		className: "leaflet-div-icon"
	},
	createIcon: function(e) {
		var t = e && e.tagName === "DIV" ? e : document.createElement("div"), n = this.options;
		if (n.html instanceof Element ? (Si(t), t.appendChild(n.html)) : t.innerHTML = n.html === !1 ? "" : n.html, n.bgPos) {
			var r = N(n.bgPos);
			t.style.backgroundPosition = -r.x + "px " + -r.y + "px";
		}
		return this._setIconStyles(t, "icon"), t;
	},
	createShadow: function() {
		return null;
	}
});
Ra.Default = za;
var co = Fa.extend({
	options: {
		tileSize: 256,
		opacity: 1,
		updateWhenIdle: V.mobile,
		updateWhenZooming: !0,
		updateInterval: 200,
		zIndex: 1,
		bounds: null,
		minZoom: 0,
		maxZoom: void 0,
		maxNativeZoom: void 0,
		minNativeZoom: void 0,
		noWrap: !1,
		pane: "tilePane",
		className: "",
		keepBuffer: 2
	},
	initialize: function(e) {
		O(this, e);
	},
	onAdd: function() {
		this._initContainer(), this._levels = {}, this._tiles = {}, this._resetView();
	},
	beforeAdd: function(e) {
		e._addZoomLimit(this);
	},
	onRemove: function(e) {
		this._removeAllTiles(), U(this._container), e._removeZoomLimit(this), this._container = null, this._tileZoom = void 0;
	},
	bringToFront: function() {
		return this._map && (Ci(this._container), this._setAutoZIndex(Math.max)), this;
	},
	bringToBack: function() {
		return this._map && (wi(this._container), this._setAutoZIndex(Math.min)), this;
	},
	getContainer: function() {
		return this._container;
	},
	setOpacity: function(e) {
		return this.options.opacity = e, this._updateOpacity(), this;
	},
	setZIndex: function(e) {
		return this.options.zIndex = e, this._updateZIndex(), this;
	},
	isLoading: function() {
		return this._loading;
	},
	redraw: function() {
		if (this._map) {
			this._removeAllTiles();
			var e = this._clampZoom(this._map.getZoom());
			e !== this._tileZoom && (this._tileZoom = e, this._updateLevels()), this._update();
		}
		return this;
	},
	getEvents: function() {
		var e = {
			viewprereset: this._invalidateAll,
			viewreset: this._resetView,
			zoom: this._resetView,
			moveend: this._onMoveEnd
		};
		return this.options.updateWhenIdle || (this._onMove ||= In(this._onMoveEnd, this.options.updateInterval, this), e.move = this._onMove), this._zoomAnimated && (e.zoomanim = this._animateZoom), e;
	},
	createTile: function() {
		return document.createElement("div");
	},
	getTileSize: function() {
		var e = this.options.tileSize;
		return e instanceof M ? e : new M(e, e);
	},
	_updateZIndex: function() {
		this._container && this.options.zIndex !== void 0 && this.options.zIndex !== null && (this._container.style.zIndex = this.options.zIndex);
	},
	_setAutoZIndex: function(e) {
		for (var t = this.getPane().children, n = -e(-Infinity, Infinity), r = 0, i = t.length, a; r < i; r++) a = t[r].style.zIndex, t[r] !== this._container && a && (n = e(n, +a));
		isFinite(n) && (this.options.zIndex = n + e(-1, 1), this._updateZIndex());
	},
	_updateOpacity: function() {
		if (this._map && !V.ielt9) {
			K(this._container, this.options.opacity);
			var e = +/* @__PURE__ */ new Date(), t = !1, n = !1;
			for (var r in this._tiles) {
				var i = this._tiles[r];
				if (i.current && i.loaded) {
					var a = Math.min(1, (e - i.loaded) / 200);
					K(i.el, a), a < 1 ? t = !0 : (i.active ? n = !0 : this._onOpaqueTile(i), i.active = !0);
				}
			}
			n && !this._noPrune && this._pruneTiles(), t && (A(this._fadeFrame), this._fadeFrame = k(this._updateOpacity, this));
		}
	},
	_onOpaqueTile: D,
	_initContainer: function() {
		this._container || (this._container = H("div", "leaflet-layer " + (this.options.className || "")), this._updateZIndex(), this.options.opacity < 1 && this._updateOpacity(), this.getPane().appendChild(this._container));
	},
	_updateLevels: function() {
		var e = this._tileZoom, t = this.options.maxZoom;
		if (e !== void 0) {
			for (var n in this._levels) n = Number(n), this._levels[n].el.children.length || n === e ? (this._levels[n].el.style.zIndex = t - Math.abs(e - n), this._onUpdateLevel(n)) : (U(this._levels[n].el), this._removeTilesAtZoom(n), this._onRemoveLevel(n), delete this._levels[n]);
			var r = this._levels[e], i = this._map;
			return r || (r = this._levels[e] = {}, r.el = H("div", "leaflet-tile-container leaflet-zoom-animated", this._container), r.el.style.zIndex = t, r.origin = i.project(i.unproject(i.getPixelOrigin()), e).round(), r.zoom = e, this._setZoomTransform(r, i.getCenter(), i.getZoom()), r.el.offsetWidth, this._onCreateLevel(r)), this._level = r, r;
		}
	},
	_onUpdateLevel: D,
	_onRemoveLevel: D,
	_onCreateLevel: D,
	_pruneTiles: function() {
		if (this._map) {
			var e, t, n = this._map.getZoom();
			if (n > this.options.maxZoom || n < this.options.minZoom) this._removeAllTiles();
			else {
				for (e in this._tiles) t = this._tiles[e], t.retain = t.current;
				for (e in this._tiles) if (t = this._tiles[e], t.current && !t.active) {
					var r = t.coords;
					this._retainParent(r.x, r.y, r.z, r.z - 5) || this._retainChildren(r.x, r.y, r.z, r.z + 2);
				}
				for (e in this._tiles) this._tiles[e].retain || this._removeTile(e);
			}
		}
	},
	_removeTilesAtZoom: function(e) {
		for (var t in this._tiles) this._tiles[t].coords.z === e && this._removeTile(t);
	},
	_removeAllTiles: function() {
		for (var e in this._tiles) this._removeTile(e);
	},
	_invalidateAll: function() {
		for (var e in this._levels) U(this._levels[e].el), this._onRemoveLevel(Number(e)), delete this._levels[e];
		this._removeAllTiles(), this._tileZoom = void 0;
	},
	_retainParent: function(e, t, n, r) {
		var i = Math.floor(e / 2), a = Math.floor(t / 2), o = n - 1, s = new M(+i, +a);
		s.z = +o;
		var c = this._tileCoordsToKey(s), l = this._tiles[c];
		return l && l.active ? (l.retain = !0, !0) : (l && l.loaded && (l.retain = !0), o > r && this._retainParent(i, a, o, r));
	},
	_retainChildren: function(e, t, n, r) {
		for (var i = 2 * e; i < 2 * e + 2; i++) for (var a = 2 * t; a < 2 * t + 2; a++) {
			var o = new M(i, a);
			o.z = n + 1;
			var s = this._tileCoordsToKey(o), c = this._tiles[s];
			c && c.active ? c.retain = !0 : (c && c.loaded && (c.retain = !0), n + 1 < r && this._retainChildren(i, a, n + 1, r));
		}
	},
	_resetView: function(e) {
		var t = e && (e.pinch || e.flyTo);
		this._setView(this._map.getCenter(), this._map.getZoom(), t, t);
	},
	_animateZoom: function(e) {
		this._setView(e.center, e.zoom, !0, e.noUpdate);
	},
	_clampZoom: function(e) {
		var t = this.options;
		return t.minNativeZoom !== void 0 && e < t.minNativeZoom ? t.minNativeZoom : t.maxNativeZoom !== void 0 && t.maxNativeZoom < e ? t.maxNativeZoom : e;
	},
	_setView: function(e, t, n, r) {
		var i = Math.round(t);
		i = this.options.maxZoom !== void 0 && i > this.options.maxZoom || this.options.minZoom !== void 0 && i < this.options.minZoom ? void 0 : this._clampZoom(i);
		var a = this.options.updateWhenZooming && i !== this._tileZoom;
		(!r || a) && (this._tileZoom = i, this._abortLoading && this._abortLoading(), this._updateLevels(), this._resetGrid(), i !== void 0 && this._update(e), n || this._pruneTiles(), this._noPrune = !!n), this._setZoomTransforms(e, t);
	},
	_setZoomTransforms: function(e, t) {
		for (var n in this._levels) this._setZoomTransform(this._levels[n], e, t);
	},
	_setZoomTransform: function(e, t, n) {
		var r = this._map.getZoomScale(n, e.zoom), i = e.origin.multiplyBy(r).subtract(this._map._getNewPixelOrigin(t, n)).round();
		V.any3d ? Ai(e.el, i, r) : q(e.el, i);
	},
	_resetGrid: function() {
		var e = this._map, t = e.options.crs, n = this._tileSize = this.getTileSize(), r = this._tileZoom, i = this._map.getPixelWorldBounds(this._tileZoom);
		i && (this._globalTileRange = this._pxBoundsToTileRange(i)), this._wrapX = t.wrapLng && !this.options.noWrap && [Math.floor(e.project([0, t.wrapLng[0]], r).x / n.x), Math.ceil(e.project([0, t.wrapLng[1]], r).x / n.y)], this._wrapY = t.wrapLat && !this.options.noWrap && [Math.floor(e.project([t.wrapLat[0], 0], r).y / n.x), Math.ceil(e.project([t.wrapLat[1], 0], r).y / n.y)];
	},
	_onMoveEnd: function() {
		this._map && !this._map._animatingZoom && this._update();
	},
	_getTiledPixelBounds: function(e) {
		var t = this._map, n = t._animatingZoom ? Math.max(t._animateToZoom, t.getZoom()) : t.getZoom(), r = t.getZoomScale(n, this._tileZoom), i = t.project(e, this._tileZoom).floor(), a = t.getSize().divideBy(r * 2);
		return new P(i.subtract(a), i.add(a));
	},
	_update: function(e) {
		var t = this._map;
		if (t) {
			var n = this._clampZoom(t.getZoom());
			if (e === void 0 && (e = t.getCenter()), this._tileZoom !== void 0) {
				var r = this._getTiledPixelBounds(e), i = this._pxBoundsToTileRange(r), a = i.getCenter(), o = [], s = this.options.keepBuffer, c = new P(i.getBottomLeft().subtract([s, -s]), i.getTopRight().add([s, -s]));
				if (!(isFinite(i.min.x) && isFinite(i.min.y) && isFinite(i.max.x) && isFinite(i.max.y))) throw Error("Attempted to load an infinite number of tiles");
				for (var l in this._tiles) {
					var u = this._tiles[l].coords;
					u.z === this._tileZoom && c.contains(new M(u.x, u.y)) || (this._tiles[l].current = !1);
				}
				if (Math.abs(n - this._tileZoom) > 1) this._setView(e, n);
				else {
					for (var d = i.min.y; d <= i.max.y; d++) for (var f = i.min.x; f <= i.max.x; f++) {
						var p = new M(f, d);
						if (p.z = this._tileZoom, this._isValidTile(p)) {
							var m = this._tiles[this._tileCoordsToKey(p)];
							m ? m.current = !0 : o.push(p);
						}
					}
					if (o.sort(function(e, t) {
						return e.distanceTo(a) - t.distanceTo(a);
					}), o.length !== 0) {
						this._loading || (this._loading = !0, this.fire("loading"));
						var h = document.createDocumentFragment();
						for (f = 0; f < o.length; f++) this._addTile(o[f], h);
						this._level.el.appendChild(h);
					}
				}
			}
		}
	},
	_isValidTile: function(e) {
		var t = this._map.options.crs;
		if (!t.infinite) {
			var n = this._globalTileRange;
			if (!t.wrapLng && (e.x < n.min.x || e.x > n.max.x) || !t.wrapLat && (e.y < n.min.y || e.y > n.max.y)) return !1;
		}
		if (!this.options.bounds) return !0;
		var r = this._tileCoordsToBounds(e);
		return R(this.options.bounds).overlaps(r);
	},
	_keyToBounds: function(e) {
		return this._tileCoordsToBounds(this._keyToTileCoords(e));
	},
	_tileCoordsToNwSe: function(e) {
		var t = this._map, n = this.getTileSize(), r = e.scaleBy(n), i = r.add(n);
		return [t.unproject(r, e.z), t.unproject(i, e.z)];
	},
	_tileCoordsToBounds: function(e) {
		var t = this._tileCoordsToNwSe(e), n = new I(t[0], t[1]);
		return this.options.noWrap || (n = this._map.wrapLatLngBounds(n)), n;
	},
	_tileCoordsToKey: function(e) {
		return e.x + ":" + e.y + ":" + e.z;
	},
	_keyToTileCoords: function(e) {
		var t = e.split(":"), n = new M(+t[0], +t[1]);
		return n.z = +t[2], n;
	},
	_removeTile: function(e) {
		var t = this._tiles[e];
		t && (U(t.el), delete this._tiles[e], this.fire("tileunload", {
			tile: t.el,
			coords: this._keyToTileCoords(e)
		}));
	},
	_initTile: function(e) {
		W(e, "leaflet-tile");
		var t = this.getTileSize();
		e.style.width = t.x + "px", e.style.height = t.y + "px", e.onselectstart = D, e.onmousemove = D, V.ielt9 && this.options.opacity < 1 && K(e, this.options.opacity);
	},
	_addTile: function(e, t) {
		var n = this._getTilePos(e), r = this._tileCoordsToKey(e), i = this.createTile(this._wrapCoords(e), T(this._tileReady, this, e));
		this._initTile(i), this.createTile.length < 2 && k(T(this._tileReady, this, e, null, i)), q(i, n), this._tiles[r] = {
			el: i,
			coords: e,
			current: !0
		}, t.appendChild(i), this.fire("tileloadstart", {
			tile: i,
			coords: e
		});
	},
	_tileReady: function(e, t, n) {
		t && this.fire("tileerror", {
			error: t,
			tile: n,
			coords: e
		});
		var r = this._tileCoordsToKey(e);
		n = this._tiles[r], n && (n.loaded = +/* @__PURE__ */ new Date(), this._map._fadeAnimated ? (K(n.el, 0), A(this._fadeFrame), this._fadeFrame = k(this._updateOpacity, this)) : (n.active = !0, this._pruneTiles()), t || (W(n.el, "leaflet-tile-loaded"), this.fire("tileload", {
			tile: n.el,
			coords: e
		})), this._noTilesToLoad() && (this._loading = !1, this.fire("load"), V.ielt9 || !this._map._fadeAnimated ? k(this._pruneTiles, this) : setTimeout(T(this._pruneTiles, this), 250)));
	},
	_getTilePos: function(e) {
		return e.scaleBy(this.getTileSize()).subtract(this._level.origin);
	},
	_wrapCoords: function(e) {
		var t = new M(this._wrapX ? Ln(e.x, this._wrapX) : e.x, this._wrapY ? Ln(e.y, this._wrapY) : e.y);
		return t.z = e.z, t;
	},
	_pxBoundsToTileRange: function(e) {
		var t = this.getTileSize();
		return new P(e.min.unscaleBy(t).floor(), e.max.unscaleBy(t).ceil().subtract([1, 1]));
	},
	_noTilesToLoad: function() {
		for (var e in this._tiles) if (!this._tiles[e].loaded) return !1;
		return !0;
	}
}), lo = co.extend({
	options: {
		minZoom: 0,
		maxZoom: 18,
		subdomains: "abc",
		errorTileUrl: "",
		zoomOffset: 0,
		tms: !1,
		zoomReverse: !1,
		detectRetina: !1,
		crossOrigin: !1,
		referrerPolicy: !1
	},
	initialize: function(e, t) {
		this._url = e, t = O(this, t), t.detectRetina && V.retina && t.maxZoom > 0 ? (t.tileSize = Math.floor(t.tileSize / 2), t.zoomReverse ? (t.zoomOffset--, t.minZoom = Math.min(t.maxZoom, t.minZoom + 1)) : (t.zoomOffset++, t.maxZoom = Math.max(t.minZoom, t.maxZoom - 1)), t.minZoom = Math.max(0, t.minZoom)) : t.zoomReverse ? t.minZoom = Math.min(t.maxZoom, t.minZoom) : t.maxZoom = Math.max(t.minZoom, t.maxZoom), typeof t.subdomains == "string" && (t.subdomains = t.subdomains.split("")), this.on("tileunload", this._onTileRemove);
	},
	setUrl: function(e, t) {
		return this._url === e && t === void 0 && (t = !0), this._url = e, t || this.redraw(), this;
	},
	createTile: function(e, t) {
		var n = document.createElement("img");
		return J(n, "load", T(this._tileOnLoad, this, t, n)), J(n, "error", T(this._tileOnError, this, t, n)), (this.options.crossOrigin || this.options.crossOrigin === "") && (n.crossOrigin = this.options.crossOrigin === !0 ? "" : this.options.crossOrigin), typeof this.options.referrerPolicy == "string" && (n.referrerPolicy = this.options.referrerPolicy), n.alt = "", n.src = this.getTileUrl(e), n;
	},
	getTileUrl: function(e) {
		var t = {
			r: V.retina ? "@2x" : "",
			s: this._getSubdomain(e),
			x: e.x,
			y: e.y,
			z: this._getZoomForUrl()
		};
		if (this._map && !this._map.options.crs.infinite) {
			var n = this._globalTileRange.max.y - e.y;
			this.options.tms && (t.y = n), t["-y"] = n;
		}
		return Un(this._url, w(t, this.options));
	},
	_tileOnLoad: function(e, t) {
		V.ielt9 ? setTimeout(T(e, this, null, t), 0) : e(null, t);
	},
	_tileOnError: function(e, t, n) {
		var r = this.options.errorTileUrl;
		r && t.getAttribute("src") !== r && (t.src = r), e(n, t);
	},
	_onTileRemove: function(e) {
		e.tile.onload = null;
	},
	_getZoomForUrl: function() {
		var e = this._tileZoom, t = this.options.maxZoom, n = this.options.zoomReverse, r = this.options.zoomOffset;
		return n && (e = t - e), e + r;
	},
	_getSubdomain: function(e) {
		var t = Math.abs(e.x + e.y) % this.options.subdomains.length;
		return this.options.subdomains[t];
	},
	_abortLoading: function() {
		var e, t;
		for (e in this._tiles) if (this._tiles[e].coords.z !== this._tileZoom && (t = this._tiles[e].el, t.onload = D, t.onerror = D, !t.complete)) {
			t.src = Kn;
			var n = this._tiles[e].coords;
			U(t), delete this._tiles[e], this.fire("tileabort", {
				tile: t,
				coords: n
			});
		}
	},
	_removeTile: function(e) {
		var t = this._tiles[e];
		if (t) return t.el.setAttribute("src", Kn), co.prototype._removeTile.call(this, e);
	},
	_tileReady: function(e, t, n) {
		if (!(!this._map || n && n.getAttribute("src") === Kn)) return co.prototype._tileReady.call(this, e, t, n);
	}
});
lo.WMS = lo.extend({
	defaultWmsParams: {
		service: "WMS",
		request: "GetMap",
		layers: "",
		styles: "",
		format: "image/jpeg",
		transparent: !1,
		version: "1.1.1"
	},
	options: {
		crs: null,
		uppercase: !1
	},
	initialize: function(e, t) {
		this._url = e;
		var n = w({}, this.defaultWmsParams);
		for (var r in t) r in this.options || (n[r] = t[r]);
		t = O(this, t);
		var i = t.detectRetina && V.retina ? 2 : 1, a = this.getTileSize();
		n.width = a.x * i, n.height = a.y * i, this.wmsParams = n;
	},
	onAdd: function(e) {
		this._crs = this.options.crs || e.options.crs, this._wmsVersion = parseFloat(this.wmsParams.version);
		var t = this._wmsVersion >= 1.3 ? "crs" : "srs";
		this.wmsParams[t] = this._crs.code, lo.prototype.onAdd.call(this, e);
	},
	getTileUrl: function(e) {
		var t = this._tileCoordsToNwSe(e), n = this._crs, r = F(n.project(t[0]), n.project(t[1])), i = r.min, a = r.max, o = (this._wmsVersion >= 1.3 && this._crs === Na ? [
			i.y,
			i.x,
			a.y,
			a.x
		] : [
			i.x,
			i.y,
			a.x,
			a.y
		]).join(","), s = lo.prototype.getTileUrl.call(this, e);
		return s + Vn(this.wmsParams, s, this.options.uppercase) + (this.options.uppercase ? "&BBOX=" : "&bbox=") + o;
	},
	setParams: function(e, t) {
		return w(this.wmsParams, e), t || this.redraw(), this;
	}
});
var uo = Fa.extend({
	options: { padding: .1 },
	initialize: function(e) {
		O(this, e), E(this), this._layers = this._layers || {};
	},
	onAdd: function() {
		this._container || (this._initContainer(), W(this._container, "leaflet-zoom-animated")), this.getPane().appendChild(this._container), this._update(), this.on("update", this._updatePaths, this);
	},
	onRemove: function() {
		this.off("update", this._updatePaths, this), this._destroyContainer();
	},
	getEvents: function() {
		var e = {
			viewreset: this._reset,
			zoom: this._onZoom,
			moveend: this._update,
			zoomend: this._onZoomEnd
		};
		return this._zoomAnimated && (e.zoomanim = this._onAnimZoom), e;
	},
	_onAnimZoom: function(e) {
		this._updateTransform(e.center, e.zoom);
	},
	_onZoom: function() {
		this._updateTransform(this._map.getCenter(), this._map.getZoom());
	},
	_updateTransform: function(e, t) {
		var n = this._map.getZoomScale(t, this._zoom), r = this._map.getSize().multiplyBy(.5 + this.options.padding), i = this._map.project(this._center, t), a = r.multiplyBy(-n).add(i).subtract(this._map._getNewPixelOrigin(e, t));
		V.any3d ? Ai(this._container, a, n) : q(this._container, a);
	},
	_reset: function() {
		for (var e in this._update(), this._updateTransform(this._center, this._zoom), this._layers) this._layers[e]._reset();
	},
	_onZoomEnd: function() {
		for (var e in this._layers) this._layers[e]._project();
	},
	_updatePaths: function() {
		for (var e in this._layers) this._layers[e]._update();
	},
	_update: function() {
		var e = this.options.padding, t = this._map.getSize(), n = this._map.containerPointToLayerPoint(t.multiplyBy(-e)).round();
		this._bounds = new P(n, n.add(t.multiplyBy(1 + e * 2)).round()), this._center = this._map.getCenter(), this._zoom = this._map.getZoom();
	}
}), fo = uo.extend({
	options: { tolerance: 0 },
	getEvents: function() {
		var e = uo.prototype.getEvents.call(this);
		return e.viewprereset = this._onViewPreReset, e;
	},
	_onViewPreReset: function() {
		this._postponeUpdatePaths = !0;
	},
	onAdd: function() {
		uo.prototype.onAdd.call(this), this._draw();
	},
	_initContainer: function() {
		var e = this._container = document.createElement("canvas");
		J(e, "mousemove", this._onMouseMove, this), J(e, "click dblclick mousedown mouseup contextmenu", this._onClick, this), J(e, "mouseout", this._handleMouseOut, this), e._leaflet_disable_events = !0, this._ctx = e.getContext("2d");
	},
	_destroyContainer: function() {
		A(this._redrawRequest), delete this._ctx, U(this._container), Y(this._container), delete this._container;
	},
	_updatePaths: function() {
		if (!this._postponeUpdatePaths) {
			var e;
			for (var t in this._redrawBounds = null, this._layers) e = this._layers[t], e._update();
			this._redraw();
		}
	},
	_update: function() {
		if (!(this._map._animatingZoom && this._bounds)) {
			uo.prototype._update.call(this);
			var e = this._bounds, t = this._container, n = e.getSize(), r = V.retina ? 2 : 1;
			q(t, e.min), t.width = r * n.x, t.height = r * n.y, t.style.width = n.x + "px", t.style.height = n.y + "px", V.retina && this._ctx.scale(2, 2), this._ctx.translate(-e.min.x, -e.min.y), this.fire("update");
		}
	},
	_reset: function() {
		uo.prototype._reset.call(this), this._postponeUpdatePaths && (this._postponeUpdatePaths = !1, this._updatePaths());
	},
	_initPath: function(e) {
		this._updateDashArray(e), this._layers[E(e)] = e;
		var t = e._order = {
			layer: e,
			prev: this._drawLast,
			next: null
		};
		this._drawLast && (this._drawLast.next = t), this._drawLast = t, this._drawFirst = this._drawFirst || this._drawLast;
	},
	_addPath: function(e) {
		this._requestRedraw(e);
	},
	_removePath: function(e) {
		var t = e._order, n = t.next, r = t.prev;
		n ? n.prev = r : this._drawLast = r, r ? r.next = n : this._drawFirst = n, delete e._order, delete this._layers[E(e)], this._requestRedraw(e);
	},
	_updatePath: function(e) {
		this._extendRedrawBounds(e), e._project(), e._update(), this._requestRedraw(e);
	},
	_updateStyle: function(e) {
		this._updateDashArray(e), this._requestRedraw(e);
	},
	_updateDashArray: function(e) {
		if (typeof e.options.dashArray == "string") {
			for (var t = e.options.dashArray.split(/[, ]+/), n = [], r, i = 0; i < t.length; i++) {
				if (r = Number(t[i]), isNaN(r)) return;
				n.push(r);
			}
			e.options._dashArray = n;
		} else e.options._dashArray = e.options.dashArray;
	},
	_requestRedraw: function(e) {
		this._map && (this._extendRedrawBounds(e), this._redrawRequest = this._redrawRequest || k(this._redraw, this));
	},
	_extendRedrawBounds: function(e) {
		if (e._pxBounds) {
			var t = (e.options.weight || 0) + 1;
			this._redrawBounds = this._redrawBounds || new P(), this._redrawBounds.extend(e._pxBounds.min.subtract([t, t])), this._redrawBounds.extend(e._pxBounds.max.add([t, t]));
		}
	},
	_redraw: function() {
		this._redrawRequest = null, this._redrawBounds && (this._redrawBounds.min._floor(), this._redrawBounds.max._ceil()), this._clear(), this._draw(), this._redrawBounds = null;
	},
	_clear: function() {
		var e = this._redrawBounds;
		if (e) {
			var t = e.getSize();
			this._ctx.clearRect(e.min.x, e.min.y, t.x, t.y);
		} else this._ctx.save(), this._ctx.setTransform(1, 0, 0, 1, 0, 0), this._ctx.clearRect(0, 0, this._container.width, this._container.height), this._ctx.restore();
	},
	_draw: function() {
		var e, t = this._redrawBounds;
		if (this._ctx.save(), t) {
			var n = t.getSize();
			this._ctx.beginPath(), this._ctx.rect(t.min.x, t.min.y, n.x, n.y), this._ctx.clip();
		}
		this._drawing = !0;
		for (var r = this._drawFirst; r; r = r.next) e = r.layer, (!t || e._pxBounds && e._pxBounds.intersects(t)) && e._updatePath();
		this._drawing = !1, this._ctx.restore();
	},
	_updatePoly: function(e, t) {
		if (this._drawing) {
			var n, r, i, a, o = e._parts, s = o.length, c = this._ctx;
			if (s) {
				for (c.beginPath(), n = 0; n < s; n++) {
					for (r = 0, i = o[n].length; r < i; r++) a = o[n][r], c[r ? "lineTo" : "moveTo"](a.x, a.y);
					t && c.closePath();
				}
				this._fillStroke(c, e);
			}
		}
	},
	_updateCircle: function(e) {
		if (this._drawing && !e._empty()) {
			var t = e._point, n = this._ctx, r = Math.max(Math.round(e._radius), 1), i = (Math.max(Math.round(e._radiusY), 1) || r) / r;
			i !== 1 && (n.save(), n.scale(1, i)), n.beginPath(), n.arc(t.x, t.y / i, r, 0, Math.PI * 2, !1), i !== 1 && n.restore(), this._fillStroke(n, e);
		}
	},
	_fillStroke: function(e, t) {
		var n = t.options;
		n.fill && (e.globalAlpha = n.fillOpacity, e.fillStyle = n.fillColor || n.color, e.fill(n.fillRule || "evenodd")), n.stroke && n.weight !== 0 && (e.setLineDash && e.setLineDash(t.options && t.options._dashArray || []), e.globalAlpha = n.opacity, e.lineWidth = n.weight, e.strokeStyle = n.color, e.lineCap = n.lineCap, e.lineJoin = n.lineJoin, e.stroke());
	},
	_onClick: function(e) {
		for (var t = this._map.mouseEventToLayerPoint(e), n, r, i = this._drawFirst; i; i = i.next) n = i.layer, n.options.interactive && n._containsPoint(t) && (e.type !== "click" && e.type !== "preclick" || !this._map._draggableMoved(n)) && (r = n);
		this._fireEvent(r ? [r] : !1, e);
	},
	_onMouseMove: function(e) {
		if (!(!this._map || this._map.dragging.moving() || this._map._animatingZoom)) {
			var t = this._map.mouseEventToLayerPoint(e);
			this._handleMouseHover(e, t);
		}
	},
	_handleMouseOut: function(e) {
		var t = this._hoveredLayer;
		t && (G(this._container, "leaflet-interactive"), this._fireEvent([t], e, "mouseout"), this._hoveredLayer = null, this._mouseHoverThrottled = !1);
	},
	_handleMouseHover: function(e, t) {
		if (!this._mouseHoverThrottled) {
			for (var n, r, i = this._drawFirst; i; i = i.next) n = i.layer, n.options.interactive && n._containsPoint(t) && (r = n);
			r !== this._hoveredLayer && (this._handleMouseOut(e), r && (W(this._container, "leaflet-interactive"), this._fireEvent([r], e, "mouseover"), this._hoveredLayer = r)), this._fireEvent(this._hoveredLayer ? [this._hoveredLayer] : !1, e), this._mouseHoverThrottled = !0, setTimeout(T(function() {
				this._mouseHoverThrottled = !1;
			}, this), 32);
		}
	},
	_fireEvent: function(e, t, n) {
		this._map._fireDOMEvent(t, n || t.type, e);
	},
	_bringToFront: function(e) {
		var t = e._order;
		if (t) {
			var n = t.next, r = t.prev;
			if (n) n.prev = r;
			else return;
			r ? r.next = n : n && (this._drawFirst = n), t.prev = this._drawLast, this._drawLast.next = t, t.next = null, this._drawLast = t, this._requestRedraw(e);
		}
	},
	_bringToBack: function(e) {
		var t = e._order;
		if (t) {
			var n = t.next, r = t.prev;
			if (r) r.next = n;
			else return;
			n ? n.prev = r : r && (this._drawLast = r), t.prev = null, t.next = this._drawFirst, this._drawFirst.prev = t, this._drawFirst = t, this._requestRedraw(e);
		}
	}
});
function po(e) {
	return V.canvas ? new fo(e) : null;
}
var mo = (function() {
	try {
		return document.namespaces.add("lvml", "urn:schemas-microsoft-com:vml"), function(e) {
			return document.createElement("<lvml:" + e + " class=\"lvml\">");
		};
	} catch {}
	return function(e) {
		return document.createElement("<" + e + " xmlns=\"urn:schemas-microsoft.com:vml\" class=\"lvml\">");
	};
})(), ho = {
	_initContainer: function() {
		this._container = H("div", "leaflet-vml-container");
	},
	_update: function() {
		this._map._animatingZoom || (uo.prototype._update.call(this), this.fire("update"));
	},
	_initPath: function(e) {
		var t = e._container = mo("shape");
		W(t, "leaflet-vml-shape " + (this.options.className || "")), t.coordsize = "1 1", e._path = mo("path"), t.appendChild(e._path), this._updateStyle(e), this._layers[E(e)] = e;
	},
	_addPath: function(e) {
		var t = e._container;
		this._container.appendChild(t), e.options.interactive && e.addInteractiveTarget(t);
	},
	_removePath: function(e) {
		var t = e._container;
		U(t), e.removeInteractiveTarget(t), delete this._layers[E(e)];
	},
	_updateStyle: function(e) {
		var t = e._stroke, n = e._fill, r = e.options, i = e._container;
		i.stroked = !!r.stroke, i.filled = !!r.fill, r.stroke ? (t ||= e._stroke = mo("stroke"), i.appendChild(t), t.weight = r.weight + "px", t.color = r.color, t.opacity = r.opacity, r.dashArray ? t.dashStyle = Wn(r.dashArray) ? r.dashArray.join(" ") : r.dashArray.replace(/( *, *)/g, " ") : t.dashStyle = "", t.endcap = r.lineCap.replace("butt", "flat"), t.joinstyle = r.lineJoin) : t && (i.removeChild(t), e._stroke = null), r.fill ? (n ||= e._fill = mo("fill"), i.appendChild(n), n.color = r.fillColor || r.color, n.opacity = r.fillOpacity) : n && (i.removeChild(n), e._fill = null);
	},
	_updateCircle: function(e) {
		var t = e._point.round(), n = Math.round(e._radius), r = Math.round(e._radiusY || n);
		this._setPath(e, e._empty() ? "M0 0" : "AL " + t.x + "," + t.y + " " + n + "," + r + " 0,23592600");
	},
	_setPath: function(e, t) {
		e._path.v = t;
	},
	_bringToFront: function(e) {
		Ci(e._container);
	},
	_bringToBack: function(e) {
		wi(e._container);
	}
}, go = V.vml ? mo : dr, _o = uo.extend({
	_initContainer: function() {
		this._container = go("svg"), this._container.setAttribute("pointer-events", "none"), this._rootGroup = go("g"), this._container.appendChild(this._rootGroup);
	},
	_destroyContainer: function() {
		U(this._container), Y(this._container), delete this._container, delete this._rootGroup, delete this._svgSize;
	},
	_update: function() {
		if (!(this._map._animatingZoom && this._bounds)) {
			uo.prototype._update.call(this);
			var e = this._bounds, t = e.getSize(), n = this._container;
			this._svgSize && this._svgSize.equals(t) || (this._svgSize = t, n.setAttribute("width", t.x), n.setAttribute("height", t.y)), q(n, e.min), n.setAttribute("viewBox", [
				e.min.x,
				e.min.y,
				t.x,
				t.y
			].join(" ")), this.fire("update");
		}
	},
	_initPath: function(e) {
		var t = e._path = go("path");
		e.options.className && W(t, e.options.className), e.options.interactive && W(t, "leaflet-interactive"), this._updateStyle(e), this._layers[E(e)] = e;
	},
	_addPath: function(e) {
		this._rootGroup || this._initContainer(), this._rootGroup.appendChild(e._path), e.addInteractiveTarget(e._path);
	},
	_removePath: function(e) {
		U(e._path), e.removeInteractiveTarget(e._path), delete this._layers[E(e)];
	},
	_updatePath: function(e) {
		e._project(), e._update();
	},
	_updateStyle: function(e) {
		var t = e._path, n = e.options;
		t && (n.stroke ? (t.setAttribute("stroke", n.color), t.setAttribute("stroke-opacity", n.opacity), t.setAttribute("stroke-width", n.weight), t.setAttribute("stroke-linecap", n.lineCap), t.setAttribute("stroke-linejoin", n.lineJoin), n.dashArray ? t.setAttribute("stroke-dasharray", n.dashArray) : t.removeAttribute("stroke-dasharray"), n.dashOffset ? t.setAttribute("stroke-dashoffset", n.dashOffset) : t.removeAttribute("stroke-dashoffset")) : t.setAttribute("stroke", "none"), n.fill ? (t.setAttribute("fill", n.fillColor || n.color), t.setAttribute("fill-opacity", n.fillOpacity), t.setAttribute("fill-rule", n.fillRule || "evenodd")) : t.setAttribute("fill", "none"));
	},
	_updatePoly: function(e, t) {
		this._setPath(e, fr(e._parts, t));
	},
	_updateCircle: function(e) {
		var t = e._point, n = Math.max(Math.round(e._radius), 1), r = Math.max(Math.round(e._radiusY), 1) || n, i = "a" + n + "," + r + " 0 1,0 ", a = e._empty() ? "M0 0" : "M" + (t.x - n) + "," + t.y + i + n * 2 + ",0 " + i + -n * 2 + ",0 ";
		this._setPath(e, a);
	},
	_setPath: function(e, t) {
		e._path.setAttribute("d", t);
	},
	_bringToFront: function(e) {
		Ci(e._path);
	},
	_bringToBack: function(e) {
		wi(e._path);
	}
});
V.vml && _o.include(ho);
function vo(e) {
	return V.svg || V.vml ? new _o(e) : null;
}
Z.include({
	getRenderer: function(e) {
		var t = e.options.renderer || this._getPaneRenderer(e.options.pane) || this.options.renderer || this._renderer;
		return t ||= this._renderer = this._createRenderer(), this.hasLayer(t) || this.addLayer(t), t;
	},
	_getPaneRenderer: function(e) {
		if (e === "overlayPane" || e === void 0) return !1;
		var t = this._paneRenderers[e];
		return t === void 0 && (t = this._createRenderer({ pane: e }), this._paneRenderers[e] = t), t;
	},
	_createRenderer: function(e) {
		return this.options.preferCanvas && po(e) || vo(e);
	}
}), Ka.extend({
	initialize: function(e, t) {
		Ka.prototype.initialize.call(this, this._boundsToLatLngs(e), t);
	},
	setBounds: function(e) {
		return this.setLatLngs(this._boundsToLatLngs(e));
	},
	_boundsToLatLngs: function(e) {
		return e = R(e), [
			e.getSouthWest(),
			e.getNorthWest(),
			e.getNorthEast(),
			e.getSouthEast()
		];
	}
}), _o.create = go, _o.pointsToPath = fr, qa.geometryToLayer = Ja, qa.coordsToLatLng = Xa, qa.coordsToLatLngs = Za, qa.latLngToCoords = Qa, qa.latLngsToCoords = $a, qa.getFeature = eo, qa.asFeature = to, Z.mergeOptions({ boxZoom: !0 });
var yo = da.extend({
	initialize: function(e) {
		this._map = e, this._container = e._container, this._pane = e._panes.overlayPane, this._resetStateTimeout = 0, e.on("unload", this._destroy, this);
	},
	addHooks: function() {
		J(this._container, "mousedown", this._onMouseDown, this);
	},
	removeHooks: function() {
		Y(this._container, "mousedown", this._onMouseDown, this);
	},
	moved: function() {
		return this._moved;
	},
	_destroy: function() {
		U(this._pane), delete this._pane;
	},
	_resetState: function() {
		this._resetStateTimeout = 0, this._moved = !1;
	},
	_clearDeferredResetState: function() {
		this._resetStateTimeout !== 0 && (clearTimeout(this._resetStateTimeout), this._resetStateTimeout = 0);
	},
	_onMouseDown: function(e) {
		if (!e.shiftKey || e.which !== 1 && e.button !== 1) return !1;
		this._clearDeferredResetState(), this._resetState(), Mi(), Ii(), this._startPoint = this._map.mouseEventToContainerPoint(e), J(document, {
			contextmenu: $i,
			mousemove: this._onMouseMove,
			mouseup: this._onMouseUp,
			keydown: this._onKeyDown
		}, this);
	},
	_onMouseMove: function(e) {
		this._moved || (this._moved = !0, this._box = H("div", "leaflet-zoom-box", this._container), W(this._container, "leaflet-crosshair"), this._map.fire("boxzoomstart")), this._point = this._map.mouseEventToContainerPoint(e);
		var t = new P(this._point, this._startPoint), n = t.getSize();
		q(this._box, t.min), this._box.style.width = n.x + "px", this._box.style.height = n.y + "px";
	},
	_finish: function() {
		this._moved && (U(this._box), G(this._container, "leaflet-crosshair")), Ni(), Li(), Y(document, {
			contextmenu: $i,
			mousemove: this._onMouseMove,
			mouseup: this._onMouseUp,
			keydown: this._onKeyDown
		}, this);
	},
	_onMouseUp: function(e) {
		if ((e.which === 1 || e.button === 1) && (this._finish(), this._moved)) {
			this._clearDeferredResetState(), this._resetStateTimeout = setTimeout(T(this._resetState, this), 0);
			var t = new I(this._map.containerPointToLatLng(this._startPoint), this._map.containerPointToLatLng(this._point));
			this._map.fitBounds(t).fire("boxzoomend", { boxZoomBounds: t });
		}
	},
	_onKeyDown: function(e) {
		e.keyCode === 27 && (this._finish(), this._clearDeferredResetState(), this._resetState());
	}
});
Z.addInitHook("addHandler", "boxZoom", yo), Z.mergeOptions({ doubleClickZoom: !0 });
var bo = da.extend({
	addHooks: function() {
		this._map.on("dblclick", this._onDoubleClick, this);
	},
	removeHooks: function() {
		this._map.off("dblclick", this._onDoubleClick, this);
	},
	_onDoubleClick: function(e) {
		var t = this._map, n = t.getZoom(), r = t.options.zoomDelta, i = e.originalEvent.shiftKey ? n - r : n + r;
		t.options.doubleClickZoom === "center" ? t.setZoom(i) : t.setZoomAround(e.containerPoint, i);
	}
});
Z.addInitHook("addHandler", "doubleClickZoom", bo), Z.mergeOptions({
	dragging: !0,
	inertia: !0,
	inertiaDeceleration: 3400,
	inertiaMaxSpeed: Infinity,
	easeLinearity: .2,
	worldCopyJump: !1,
	maxBoundsViscosity: 0
});
var xo = da.extend({
	addHooks: function() {
		if (!this._draggable) {
			var e = this._map;
			this._draggable = new pa(e._mapPane, e._container), this._draggable.on({
				dragstart: this._onDragStart,
				drag: this._onDrag,
				dragend: this._onDragEnd
			}, this), this._draggable.on("predrag", this._onPreDragLimit, this), e.options.worldCopyJump && (this._draggable.on("predrag", this._onPreDragWrap, this), e.on("zoomend", this._onZoomEnd, this), e.whenReady(this._onZoomEnd, this));
		}
		W(this._map._container, "leaflet-grab leaflet-touch-drag"), this._draggable.enable(), this._positions = [], this._times = [];
	},
	removeHooks: function() {
		G(this._map._container, "leaflet-grab"), G(this._map._container, "leaflet-touch-drag"), this._draggable.disable();
	},
	moved: function() {
		return this._draggable && this._draggable._moved;
	},
	moving: function() {
		return this._draggable && this._draggable._moving;
	},
	_onDragStart: function() {
		var e = this._map;
		if (e._stop(), this._map.options.maxBounds && this._map.options.maxBoundsViscosity) {
			var t = R(this._map.options.maxBounds);
			this._offsetLimit = F(this._map.latLngToContainerPoint(t.getNorthWest()).multiplyBy(-1), this._map.latLngToContainerPoint(t.getSouthEast()).multiplyBy(-1).add(this._map.getSize())), this._viscosity = Math.min(1, Math.max(0, this._map.options.maxBoundsViscosity));
		} else this._offsetLimit = null;
		e.fire("movestart").fire("dragstart"), e.options.inertia && (this._positions = [], this._times = []);
	},
	_onDrag: function(e) {
		if (this._map.options.inertia) {
			var t = this._lastTime = +/* @__PURE__ */ new Date(), n = this._lastPos = this._draggable._absPos || this._draggable._newPos;
			this._positions.push(n), this._times.push(t), this._prunePositions(t);
		}
		this._map.fire("move", e).fire("drag", e);
	},
	_prunePositions: function(e) {
		for (; this._positions.length > 1 && e - this._times[0] > 50;) this._positions.shift(), this._times.shift();
	},
	_onZoomEnd: function() {
		var e = this._map.getSize().divideBy(2), t = this._map.latLngToLayerPoint([0, 0]);
		this._initialWorldOffset = t.subtract(e).x, this._worldWidth = this._map.getPixelWorldBounds().getSize().x;
	},
	_viscousLimit: function(e, t) {
		return e - (e - t) * this._viscosity;
	},
	_onPreDragLimit: function() {
		if (this._viscosity && this._offsetLimit) {
			var e = this._draggable._newPos.subtract(this._draggable._startPos), t = this._offsetLimit;
			e.x < t.min.x && (e.x = this._viscousLimit(e.x, t.min.x)), e.y < t.min.y && (e.y = this._viscousLimit(e.y, t.min.y)), e.x > t.max.x && (e.x = this._viscousLimit(e.x, t.max.x)), e.y > t.max.y && (e.y = this._viscousLimit(e.y, t.max.y)), this._draggable._newPos = this._draggable._startPos.add(e);
		}
	},
	_onPreDragWrap: function() {
		var e = this._worldWidth, t = Math.round(e / 2), n = this._initialWorldOffset, r = this._draggable._newPos.x, i = (r - t + n) % e + t - n, a = (r + t + n) % e - t - n, o = Math.abs(i + n) < Math.abs(a + n) ? i : a;
		this._draggable._absPos = this._draggable._newPos.clone(), this._draggable._newPos.x = o;
	},
	_onDragEnd: function(e) {
		var t = this._map, n = t.options, r = !n.inertia || e.noInertia || this._times.length < 2;
		if (t.fire("dragend", e), r) t.fire("moveend");
		else {
			this._prunePositions(+/* @__PURE__ */ new Date());
			var i = this._lastPos.subtract(this._positions[0]), a = (this._lastTime - this._times[0]) / 1e3, o = n.easeLinearity, s = i.multiplyBy(o / a), c = s.distanceTo([0, 0]), l = Math.min(n.inertiaMaxSpeed, c), u = s.multiplyBy(l / c), d = l / (n.inertiaDeceleration * o), f = u.multiplyBy(-d / 2).round();
			!f.x && !f.y ? t.fire("moveend") : (f = t._limitOffset(f, t.options.maxBounds), k(function() {
				t.panBy(f, {
					duration: d,
					easeLinearity: o,
					noMoveStart: !0,
					animate: !0
				});
			}));
		}
	}
});
Z.addInitHook("addHandler", "dragging", xo), Z.mergeOptions({
	keyboard: !0,
	keyboardPanDelta: 80
});
var So = da.extend({
	keyCodes: {
		left: [37],
		right: [39],
		down: [40],
		up: [38],
		zoomIn: [
			187,
			107,
			61,
			171
		],
		zoomOut: [
			189,
			109,
			54,
			173
		]
	},
	initialize: function(e) {
		this._map = e, this._setPanDelta(e.options.keyboardPanDelta), this._setZoomDelta(e.options.zoomDelta);
	},
	addHooks: function() {
		var e = this._map._container;
		e.tabIndex <= 0 && (e.tabIndex = "0"), J(e, {
			focus: this._onFocus,
			blur: this._onBlur,
			mousedown: this._onMouseDown
		}, this), this._map.on({
			focus: this._addHooks,
			blur: this._removeHooks
		}, this);
	},
	removeHooks: function() {
		this._removeHooks(), Y(this._map._container, {
			focus: this._onFocus,
			blur: this._onBlur,
			mousedown: this._onMouseDown
		}, this), this._map.off({
			focus: this._addHooks,
			blur: this._removeHooks
		}, this);
	},
	_onMouseDown: function() {
		if (!this._focused) {
			var e = document.body, t = document.documentElement, n = e.scrollTop || t.scrollTop, r = e.scrollLeft || t.scrollLeft;
			this._map._container.focus(), window.scrollTo(r, n);
		}
	},
	_onFocus: function() {
		this._focused = !0, this._map.fire("focus");
	},
	_onBlur: function() {
		this._focused = !1, this._map.fire("blur");
	},
	_setPanDelta: function(e) {
		for (var t = this._panKeys = {}, n = this.keyCodes, r = 0, i = n.left.length; r < i; r++) t[n.left[r]] = [-1 * e, 0];
		for (r = 0, i = n.right.length; r < i; r++) t[n.right[r]] = [e, 0];
		for (r = 0, i = n.down.length; r < i; r++) t[n.down[r]] = [0, e];
		for (r = 0, i = n.up.length; r < i; r++) t[n.up[r]] = [0, -1 * e];
	},
	_setZoomDelta: function(e) {
		for (var t = this._zoomKeys = {}, n = this.keyCodes, r = 0, i = n.zoomIn.length; r < i; r++) t[n.zoomIn[r]] = e;
		for (r = 0, i = n.zoomOut.length; r < i; r++) t[n.zoomOut[r]] = -e;
	},
	_addHooks: function() {
		J(document, "keydown", this._onKeyDown, this);
	},
	_removeHooks: function() {
		Y(document, "keydown", this._onKeyDown, this);
	},
	_onKeyDown: function(e) {
		if (!(e.altKey || e.ctrlKey || e.metaKey)) {
			var t = e.keyCode, n = this._map, r;
			if (t in this._panKeys) {
				if (!n._panAnim || !n._panAnim._inProgress) {
					if (r = this._panKeys[t], e.shiftKey && (r = N(r).multiplyBy(3)), n.options.maxBounds && (r = n._limitOffset(N(r), n.options.maxBounds)), n.options.worldCopyJump) {
						var i = n.wrapLatLng(n.unproject(n.project(n.getCenter()).add(r)));
						n.panTo(i);
					} else n.panBy(r);
				}
			} else if (t in this._zoomKeys) n.setZoom(n.getZoom() + (e.shiftKey ? 3 : 1) * this._zoomKeys[t]);
			else if (t === 27 && n._popup && n._popup.options.closeOnEscapeKey) n.closePopup();
			else return;
			$i(e);
		}
	}
});
Z.addInitHook("addHandler", "keyboard", So), Z.mergeOptions({
	scrollWheelZoom: !0,
	wheelDebounceTime: 40,
	wheelPxPerZoomLevel: 60
});
var Co = da.extend({
	addHooks: function() {
		J(this._map._container, "wheel", this._onWheelScroll, this), this._delta = 0;
	},
	removeHooks: function() {
		Y(this._map._container, "wheel", this._onWheelScroll, this);
	},
	_onWheelScroll: function(e) {
		var t = ra(e), n = this._map.options.wheelDebounceTime;
		this._delta += t, this._lastMousePos = this._map.mouseEventToContainerPoint(e), this._startTime ||= +/* @__PURE__ */ new Date();
		var r = Math.max(n - (+/* @__PURE__ */ new Date() - this._startTime), 0);
		clearTimeout(this._timer), this._timer = setTimeout(T(this._performZoom, this), r), $i(e);
	},
	_performZoom: function() {
		var e = this._map, t = e.getZoom(), n = this._map.options.zoomSnap || 0;
		e._stop();
		var r = this._delta / (this._map.options.wheelPxPerZoomLevel * 4), i = 4 * Math.log(2 / (1 + Math.exp(-Math.abs(r)))) / Math.LN2, a = n ? Math.ceil(i / n) * n : i, o = e._limitZoom(t + (this._delta > 0 ? a : -a)) - t;
		this._delta = 0, this._startTime = null, o && (e.options.scrollWheelZoom === "center" ? e.setZoom(t + o) : e.setZoomAround(this._lastMousePos, t + o));
	}
});
Z.addInitHook("addHandler", "scrollWheelZoom", Co);
var wo = 600;
Z.mergeOptions({
	tapHold: V.touchNative && V.safari && V.mobile,
	tapTolerance: 15
});
var To = da.extend({
	addHooks: function() {
		J(this._map._container, "touchstart", this._onDown, this);
	},
	removeHooks: function() {
		Y(this._map._container, "touchstart", this._onDown, this);
	},
	_onDown: function(e) {
		if (clearTimeout(this._holdTimeout), e.touches.length === 1) {
			var t = e.touches[0];
			this._startPos = this._newPos = new M(t.clientX, t.clientY), this._holdTimeout = setTimeout(T(function() {
				this._cancel(), this._isTapValid() && (J(document, "touchend", X), J(document, "touchend touchcancel", this._cancelClickPrevent), this._simulateEvent("contextmenu", t));
			}, this), wo), J(document, "touchend touchcancel contextmenu", this._cancel, this), J(document, "touchmove", this._onMove, this);
		}
	},
	_cancelClickPrevent: function e() {
		Y(document, "touchend", X), Y(document, "touchend touchcancel", e);
	},
	_cancel: function() {
		clearTimeout(this._holdTimeout), Y(document, "touchend touchcancel contextmenu", this._cancel, this), Y(document, "touchmove", this._onMove, this);
	},
	_onMove: function(e) {
		var t = e.touches[0];
		this._newPos = new M(t.clientX, t.clientY);
	},
	_isTapValid: function() {
		return this._newPos.distanceTo(this._startPos) <= this._map.options.tapTolerance;
	},
	_simulateEvent: function(e, t) {
		var n = new MouseEvent(e, {
			bubbles: !0,
			cancelable: !0,
			view: window,
			screenX: t.screenX,
			screenY: t.screenY,
			clientX: t.clientX,
			clientY: t.clientY
		});
		n._simulated = !0, t.target.dispatchEvent(n);
	}
});
Z.addInitHook("addHandler", "tapHold", To), Z.mergeOptions({
	touchZoom: V.touch,
	bounceAtZoomLimits: !0
});
var Eo = da.extend({
	addHooks: function() {
		W(this._map._container, "leaflet-touch-zoom"), J(this._map._container, "touchstart", this._onTouchStart, this);
	},
	removeHooks: function() {
		G(this._map._container, "leaflet-touch-zoom"), Y(this._map._container, "touchstart", this._onTouchStart, this);
	},
	_onTouchStart: function(e) {
		var t = this._map;
		if (!(!e.touches || e.touches.length !== 2 || t._animatingZoom || this._zooming)) {
			var n = t.mouseEventToContainerPoint(e.touches[0]), r = t.mouseEventToContainerPoint(e.touches[1]);
			this._centerPoint = t.getSize()._divideBy(2), this._startLatLng = t.containerPointToLatLng(this._centerPoint), t.options.touchZoom !== "center" && (this._pinchStartLatLng = t.containerPointToLatLng(n.add(r)._divideBy(2))), this._startDist = n.distanceTo(r), this._startZoom = t.getZoom(), this._moved = !1, this._zooming = !0, t._stop(), J(document, "touchmove", this._onTouchMove, this), J(document, "touchend touchcancel", this._onTouchEnd, this), X(e);
		}
	},
	_onTouchMove: function(e) {
		if (e.touches && e.touches.length === 2 && this._zooming) {
			var t = this._map, n = t.mouseEventToContainerPoint(e.touches[0]), r = t.mouseEventToContainerPoint(e.touches[1]), i = n.distanceTo(r) / this._startDist;
			if (this._zoom = t.getScaleZoom(i, this._startZoom), !t.options.bounceAtZoomLimits && (this._zoom < t.getMinZoom() && i < 1 || this._zoom > t.getMaxZoom() && i > 1) && (this._zoom = t._limitZoom(this._zoom)), t.options.touchZoom === "center") {
				if (this._center = this._startLatLng, i === 1) return;
			} else {
				var a = n._add(r)._divideBy(2)._subtract(this._centerPoint);
				if (i === 1 && a.x === 0 && a.y === 0) return;
				this._center = t.unproject(t.project(this._pinchStartLatLng, this._zoom).subtract(a), this._zoom);
			}
			this._moved ||= (t._moveStart(!0, !1), !0), A(this._animRequest);
			var o = T(t._move, t, this._center, this._zoom, {
				pinch: !0,
				round: !1
			}, void 0);
			this._animRequest = k(o, this, !0), X(e);
		}
	},
	_onTouchEnd: function() {
		!this._moved || !this._zooming ? this._zooming = !1 : (this._zooming = !1, A(this._animRequest), Y(document, "touchmove", this._onTouchMove, this), Y(document, "touchend touchcancel", this._onTouchEnd, this), this._map.options.zoomAnimation ? this._map._animateZoom(this._center, this._map._limitZoom(this._zoom), !0, this._map.options.zoomSnap) : this._map._resetView(this._center, this._map._limitZoom(this._zoom)));
	}
});
Z.addInitHook("addHandler", "touchZoom", Eo), Z.BoxZoom = yo, Z.DoubleClickZoom = bo, Z.Drag = xo, Z.Keyboard = So, Z.ScrollWheelZoom = Co, Z.TapHold = To, Z.TouchZoom = Eo;
// map/look.ts
var Do = [
	"circle",
	"square",
	"diamond",
	"triangle",
	"hexagon",
	"drop"
], Oo = [
	0,
	0,
	0
], ko = [
	255,
	255,
	255
], Ao = 3;
function jo(e, t) {
	return e.map((e, n) => {
		let r = Po(Mo(e) ?? t.soft, t.paper), i = Io(r, ko) < Io(r, Oo) ? Oo : ko;
		return {
			shape: Do[n % Do.length] ?? "circle",
			fill: r,
			on: i
		};
	});
}
function Mo(e) {
	let t = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(e.trim())?.[1];
	if (t !== void 0) {
		let e = t.length === 3 ? 1 : 2, n = (n) => parseInt(t.slice(n * e, (n + 1) * e).repeat(e === 1 ? 2 : 1), 16);
		return [
			n(0),
			n(1),
			n(2)
		];
	}
	let [n, r, i] = /^rgba?\(([^)]+)\)$/.exec(e.trim())?.[1]?.split(/[\s,/]+/).map(Number) ?? [];
	if (n !== void 0 && r !== void 0 && i !== void 0) return [
		n,
		r,
		i
	];
}
function No([e, t, n], r = 1) {
	return `rgb(${e} ${t} ${n} / ${r})`;
}
function Po(e, t) {
	let n = Io(t, ko) < Io(t, Oo) ? Oo : ko, r = e;
	for (let i = 0; Io(r, t) < Ao && i < 1; i += .05) r = Fo(e, n, i);
	return r;
}
function Fo(e, t, n) {
	let r = (r) => Math.round(e[r] + (t[r] - e[r]) * n);
	return [
		r(0),
		r(1),
		r(2)
	];
}
function Io(e, t) {
	let [n, r] = [Lo(e), Lo(t)].sort((e, t) => e - t);
	return (r + .05) / (n + .05);
}
function Lo([e, t, n]) {
	let r = (e) => {
		let t = e / 255;
		return t <= .04045 ? t / 12.92 : ((t + .055) / 1.055) ** 2.4;
	};
	return .2126 * r(e) + .7152 * r(t) + .0722 * r(n);
}
function Ro(e, t, n, r, i) {
	switch (t) {
		case "circle":
			e.moveTo(n + i, r), e.arc(n, r, i, 0, 2 * Math.PI);
			break;
		case "square":
			e.rect(n - i * .86, r - i * .86, i * 1.72, i * 1.72);
			break;
		case "drop":
			e.moveTo(n + i, r), e.arc(n, r, i, 0, 1.5 * Math.PI), e.lineTo(n + i, r - i), e.closePath();
			break;
		default: Bo(e, zo[t], n, r, i);
	}
}
var zo = {
	diamond: [
		[0, -1.1],
		[1.1, 0],
		[0, 1.1],
		[-1.1, 0]
	],
	triangle: [
		[0, -1.1],
		[1.08, .8],
		[-1.08, .8]
	],
	hexagon: [
		[1.05, 0],
		[.52, .92],
		[-.52, .92],
		[-1.05, 0],
		[-.52, -.92],
		[.52, -.92]
	]
};
function Bo(e, t, n, r, i) {
	t.forEach(([t, a], o) => {
		o === 0 ? e.moveTo(n + t * i, r + a * i) : e.lineTo(n + t * i, r + a * i);
	}), e.closePath();
}
// map/paint.ts
var Vo = 1.7, Ho = 4, Uo = 3, Wo = 7.5, Go = .42, Ko = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', sans-serif";
function qo(e, t, n, r) {
	let { canvas: i } = e;
	e.setTransform(1, 0, 0, 1, 0, 0), e.clearRect(0, 0, i.width, i.height);
	for (let i of t.drawings) $o(e, i, n.palette, r);
	let [a] = t.seats;
	if (a === void 0) return Qo(e, t.words, n, r, Infinity);
	let o = (n.plan.radius[a] ?? 0) * r.scale;
	o < Vo ? Jo(e, t.seats, n, r) : Yo(e, t.seats, n, r), Qo(e, t.words, n, r, o / r.density), Wo <= o / r.density && Zo(e, t.seats, n, r);
}
function Jo(e, t, n, r) {
	let { plan: i, open: a, looks: o, palette: s } = n, { width: c, height: l } = e.canvas, u = e.createImageData(c, l), d = new Uint32Array(u.data.buffer), f = es(Fo(s.paper, s.soft, .45)), p = o.map((e) => es(e.fill));
	for (let e of [0, 1]) for (let n of t) {
		if (a[n] !== e) continue;
		let t = (i.radius[n] ?? 0) * r.scale * (e === 1 ? 1 : .7), o = Math.max(1, Math.round(2 * t)), s = Math.round(((i.x[n] ?? 0) - r.left) * r.scale - o / 2), u = Math.round(((i.y[n] ?? 0) - r.top) * r.scale - o / 2), m = e === 1 ? p[i.category[n] ?? 0] ?? f : f;
		for (let e = Math.max(0, u); e < Math.min(l, u + o); e += 1) {
			let t = e * c;
			d.fill(m, t + Math.max(0, s), t + Math.max(0, Math.min(c, s + o)));
		}
	}
	let m = ns(c, l);
	m.putImageData(u, 0, 0), e.drawImage(m.canvas, 0, 0);
}
function Yo(e, t, n, r) {
	let { plan: i, open: a, looks: o, palette: s } = n, c = 0;
	for (; c < t.length;) {
		let n = i.category[t[c] ?? 0] ?? 0, l = o[n];
		for (e.beginPath(); c < t.length && i.category[t[c] ?? 0] === n; c += 1) {
			let n = t[c] ?? 0;
			if (a[n] !== 1 || !l) continue;
			let o = ((i.x[n] ?? 0) - r.left) * r.scale, s = ((i.y[n] ?? 0) - r.top) * r.scale;
			Ro(e, l.shape, o, s, (i.radius[n] ?? 0) * r.scale);
		}
		e.fillStyle = No(l?.fill ?? s.soft), e.fill();
	}
	Xo(e, t, n, r);
}
function Xo(e, t, n, r) {
	let { plan: i, open: a, palette: o } = n;
	e.beginPath();
	let s = !1;
	for (let n of t) {
		if (a[n] === 1) continue;
		let t = ((i.x[n] ?? 0) - r.left) * r.scale, o = ((i.y[n] ?? 0) - r.top) * r.scale, c = (i.radius[n] ?? 0) * r.scale, l = c * Go;
		s = Ho <= c / r.density, s ? (e.moveTo(t - l, o - l), e.lineTo(t + l, o + l), e.moveTo(t + l, o - l), e.lineTo(t - l, o + l)) : e.rect(t - l, o - l, 2 * l, 2 * l);
	}
	let c = No(Fo(o.paper, o.soft, .6));
	s ? (e.strokeStyle = c, e.lineWidth = 1.5 * r.density, e.stroke()) : (e.fillStyle = c, e.fill());
}
function Zo(e, t, n, r) {
	let { plan: i, open: a, looks: o } = n;
	e.textAlign = "center", e.textBaseline = "middle";
	let s = -1;
	for (let n of t) {
		let t = i.numbers[n] ?? "";
		if (a[n] !== 1 || t === "") continue;
		let c = (i.radius[n] ?? 0) * r.scale;
		i.category[n] !== s && (s = i.category[n] ?? 0, e.fillStyle = No(o[s]?.on ?? [
			0,
			0,
			0
		]), e.font = `${Math.round(c * .95)}px ${Ko}`);
		let l = ((i.x[n] ?? 0) - r.left) * r.scale, u = ((i.y[n] ?? 0) - r.top) * r.scale;
		e.fillText(t, l, u, c * 1.7);
	}
}
function Qo(e, t, { palette: n }, r, i) {
	if (!(i < Uo || i === Infinity)) {
		e.textAlign = "center", e.textBaseline = "middle", e.fillStyle = No(n.soft), e.font = `600 ${Math.round(Math.max(9, Math.min(15, i * 1.25)) * r.density)}px ${Ko}`;
		for (let { x: n, y: i, text: a } of t) e.fillText(a, (n - r.left) * r.scale, (i - r.top) * r.scale);
	}
}
function $o(e, t, n, r) {
	let { rectangle: i, circle: a, ellipse: o, polygon: s, text: c } = t, { scale: l } = r;
	e.save(), e.translate((t.position.x - r.left) * l, (t.position.y - r.top) * l), e.rotate((t.rotation ?? 0) * Math.PI / 180), e.scale(l, l), e.beginPath(), i && e.rect(0, 0, i.width, i.height), a && e.arc(0, 0, a.radius, 0, 2 * Math.PI), o && e.ellipse(0, 0, o.radius.x, o.radius.y, 0, 0, 2 * Math.PI), s?.points.forEach(({ x: t, y: n }) => e.lineTo(t, n)), s && e.closePath(), (i ?? a ?? o ?? s) && (e.fillStyle = No(Fo(n.paper, n.line, .6)), e.fill(), e.strokeStyle = No(n.soft, .5), e.lineWidth = r.density / l, e.stroke()), c?.text && (e.font = `600 ${Math.max(c.size ?? 16, 13 * r.density / l)}px ${Ko}`, e.textAlign = "center", e.textBaseline = "middle", e.fillStyle = No(n.ink), e.fillText(c.text, c.position?.x ?? 0, c.position?.y ?? 0)), e.restore();
}
function es([e, t, n]) {
	return (255 << 24 | n << 16 | t << 8 | e) >>> 0;
}
var ts;
function ns(e, t) {
	if (ts ??= document.createElement("canvas").getContext("2d") ?? void 0, !ts) throw Error("this browser has no canvas");
	return (ts.canvas.width !== e || ts.canvas.height !== t) && (ts.canvas.width = e, ts.canvas.height = t), ts;
}
// node_modules/flatqueue/index.js
var rs = class {
	constructor(e = Infinity, t = Float64Array, n = Uint32Array) {
		let r = e !== Infinity;
		this.ids = r ? new n(e) : [], this.values = r ? new t(e) : [], this.capacity = e, this.length = 0;
	}
	clear() {
		this.length = 0;
	}
	push(e, t) {
		if (this.length === this.capacity) throw RangeError("Queue is at capacity.");
		let n = this.length++;
		for (; n > 0;) {
			let e = n - 1 >> 1, r = this.values[e];
			if (t >= r) break;
			this.ids[n] = this.ids[e], this.values[n] = r, n = e;
		}
		this.ids[n] = e, this.values[n] = t;
	}
	pop() {
		if (this.length === 0) return;
		let e = this.ids, t = this.values, n = e[0], r = --this.length;
		if (r > 0) {
			let n = e[r], i = t[r], a = 0, o = r >> 1;
			for (; a < o;) {
				let n = (a << 1) + 1, o = n + 1, s = n + (+(o < r) & t[o] < t[n]);
				if (t[s] >= i) break;
				e[a] = e[s], t[a] = t[s], a = s;
			}
			e[a] = n, t[a] = i;
		}
		return n;
	}
	peek() {
		return this.length > 0 ? this.ids[0] : void 0;
	}
	peekValue() {
		return this.length > 0 ? this.values[0] : void 0;
	}
	shrink() {
		Array.isArray(this.ids) && (this.ids.length = this.length), Array.isArray(this.values) && (this.values.length = this.length);
	}
}, is = [
	Int8Array,
	Uint8Array,
	Uint8ClampedArray,
	Int16Array,
	Uint16Array,
	Int32Array,
	Uint32Array,
	Float32Array,
	Float64Array
], as = 3, os = class e {
	static from(t, n = 0) {
		if (n % 8 != 0) throw Error("byteOffset must be 8-byte aligned.");
		if (!t || t.byteLength === void 0 || "buffer" in t) throw Error("Data must be an instance of ArrayBuffer or SharedArrayBuffer.");
		let [r, i] = new Uint8Array(t, n + 0, 2);
		if (r !== 251) throw Error("Data does not appear to be in a Flatbush format.");
		let a = i >> 4;
		if (a !== as) throw Error(`Got v${a} data when expected v${as}.`);
		let o = is[i & 15];
		if (!o) throw Error("Unrecognized array type.");
		let [s] = new Uint16Array(t, n + 2, 1), [c] = new Uint32Array(t, n + 4, 1);
		return new e(c, s, o, void 0, t, n);
	}
	constructor(e, t = 16, n = Float64Array, r = ArrayBuffer, i, a = 0) {
		if (e === void 0) throw Error("Missing required argument: numItems.");
		if (isNaN(e) || e <= 0) throw Error(`Unexpected numItems value: ${e}.`);
		this.numItems = +e, this.nodeSize = Math.min(Math.max(+t, 2), 65535), this.byteOffset = a;
		let o = e, s = o;
		this._levelBounds = [o * 4];
		do
			o = Math.ceil(o / this.nodeSize), s += o, this._levelBounds.push(s * 4);
		while (o !== 1);
		this.ArrayType = n, this.IndexArrayType = s < 16384 ? Uint16Array : Uint32Array;
		let c = is.indexOf(n), l = s * 4 * n.BYTES_PER_ELEMENT;
		if (c < 0) throw Error(`Unexpected typed array class: ${n}.`);
		let u = n, d = this.IndexArrayType;
		if (i) this.data = i, this._boxes = new u(i, a + 8, s * 4), this._indices = new d(i, a + 8 + l, s), this._pos = s * 4, this.minX = this._boxes[this._pos - 4], this.minY = this._boxes[this._pos - 3], this.maxX = this._boxes[this._pos - 2], this.maxY = this._boxes[this._pos - 1];
		else {
			let t = this.data = new r(8 + l + s * this.IndexArrayType.BYTES_PER_ELEMENT);
			this._boxes = new u(t, 8, s * 4), this._indices = new d(t, 8 + l, s), this._pos = 0, this.minX = Infinity, this.minY = Infinity, this.maxX = -Infinity, this.maxY = -Infinity, new Uint8Array(t, 0, 2).set([251, 48 + c]), new Uint16Array(t, 2, 1)[0] = this.nodeSize, new Uint32Array(t, 4, 1)[0] = e;
		}
		this._queue = new rs();
	}
	add(e, t, n = e, r = t) {
		let i = this._pos, a = i >> 2, o = this._boxes;
		return this._indices[a] = a, o[i] = e, o[i + 1] = t, o[i + 2] = n, o[i + 3] = r, this._pos = i + 4, e < this.minX && (this.minX = e), t < this.minY && (this.minY = t), n > this.maxX && (this.maxX = n), r > this.maxY && (this.maxY = r), a;
	}
	finish() {
		if (this._pos >> 2 !== this.numItems) throw Error(`Added ${this._pos >> 2} items when expected ${this.numItems}.`);
		let e = this._boxes;
		if (this.numItems <= this.nodeSize) {
			e[this._pos++] = this.minX, e[this._pos++] = this.minY, e[this._pos++] = this.maxX, e[this._pos++] = this.maxY;
			return;
		}
		let { numItems: t, minX: n, minY: r, nodeSize: i, _indices: a, _levelBounds: o } = this, s = this.maxX - n || 1, c = this.maxY - r || 1, l = new Int32Array(t), u = 65535, d = u / s, f = u / c;
		for (let i = 0, a = 0; i < t; i++) {
			let t = e[a++], o = e[a++], s = e[a++], c = e[a++], u = d * ((t + s) / 2 - n) | 0, p = f * ((o + c) / 2 - r) | 0;
			l[i] = us(u, p);
		}
		cs(l, e, a, 0, t - 1, i);
		let p = t * 4;
		for (let t = 0, n = 0; t < o.length - 1; t++) {
			let r = o[t];
			for (; n < r;) {
				let t = n, o = e[n++], s = e[n++], c = e[n++], l = e[n++];
				for (let t = 1; t < i && n < r; t++) o = Math.min(o, e[n++]), s = Math.min(s, e[n++]), c = Math.max(c, e[n++]), l = Math.max(l, e[n++]);
				a[p >> 2] = t, e[p++] = o, e[p++] = s, e[p++] = c, e[p++] = l;
			}
		}
		this._pos = p;
	}
	search(e, t, n, r, i) {
		if (this._pos !== this._boxes.length) throw Error("Data not yet indexed - call index.finish().");
		let { _boxes: a, _levelBounds: o, _indices: s, nodeSize: c } = this, l = this.numItems * 4, u = a.length - 4, d = o.length - 1, f = [], p = [], m = !1;
		for (; u !== void 0;) {
			let h = Math.min(u + c * 4, o[d]), g = u >= l;
			if (m) this._collectContained(u, h, d, l, p, i);
			else for (let o = u; o < h; o += 4) {
				let c = a[o];
				if (n < c) continue;
				let l = a[o + 1];
				if (r < l) continue;
				let u = a[o + 2];
				if (e > u) continue;
				let m = a[o + 3];
				if (t > m) continue;
				let h = s[o >> 2] | 0;
				if (g) {
					let i = +(e <= c && t <= l && n >= u && r >= m);
					f.push(h | i, d - 1);
				} else (i === void 0 || i(h, c, l, u, m)) && p.push(h);
			}
			d = f.pop(), u = f.pop(), u !== void 0 && (m = (u & 1) == 1, u &= -2);
		}
		return p;
	}
	_collectContained(e, t, n, r, i, a) {
		let o = this._boxes, s = this._indices, c = e;
		for (let e = n; e > 0; e--) c = s[c >> 2];
		let l = Math.min(c + (t - e) * this.nodeSize ** n, r);
		if (a === void 0) for (; c < l; c += 4) i.push(s[c >> 2] | 0);
		else for (; c < l; c += 4) {
			let e = s[c >> 2] | 0;
			a(e, o[c], o[c + 1], o[c + 2], o[c + 3]) && i.push(e);
		}
	}
	collides(e, t, n, r, i) {
		if (this._pos !== this._boxes.length) throw Error("Data not yet indexed - call index.finish().");
		let { _boxes: a, _levelBounds: o, _indices: s, nodeSize: c } = this, l = this.numItems * 4, u = a.length - 4, d = o.length - 1, f = [];
		for (; u !== void 0;) {
			let p = Math.min(u + c * 4, o[d]), m = u >= l;
			for (let o = u; o < p; o += 4) {
				let c = a[o];
				if (n < c) continue;
				let l = a[o + 1];
				if (r < l) continue;
				let u = a[o + 2];
				if (e > u) continue;
				let p = a[o + 3];
				if (t > p) continue;
				let h = s[o >> 2] | 0;
				if (m) f.push(h, d - 1);
				else if (i === void 0 || i(h, c, l, u, p)) return !0;
			}
			d = f.pop(), u = f.pop();
		}
		return !1;
	}
	neighbors(e, t, n = Infinity, r = Infinity, i) {
		if (this._pos !== this._boxes.length) throw Error("Data not yet indexed - call index.finish().");
		let { _boxes: a, _levelBounds: o, _indices: s, _queue: c, nodeSize: l } = this, u = this.numItems * 4, d = l * 4, f = [], p = r * r, m = n === 1, h = p;
		for (c.push(a.length - 4 << 1, 0); c.length;) {
			let r = c.ids[0];
			if (r & 1) {
				if (c.pop(), f.push(r >> 1), f.length === n) break;
				continue;
			}
			c.pop();
			let l = r >> 1, p = l < u, g = Math.min(l + d, ss(l, o));
			for (let n = l; n < g; n += 4) {
				let r = a[n], o = a[n + 1], l = a[n + 2], u = a[n + 3], d = Math.max(Math.max(r - e, e - l), 0), f = Math.max(Math.max(o - t, t - u), 0), g = d * d + f * f;
				if (g > h) continue;
				let ee = s[n >> 2] | 0;
				p ? (i === void 0 || i(ee)) && (c.push(ee << 1 | 1, g), m && g < h && (h = g)) : c.push(ee << 1, g);
			}
		}
		return c.clear(), f;
	}
};
function ss(e, t) {
	let n = 0, r = t.length - 1;
	for (; n < r;) {
		let i = n + r >> 1;
		t[i] > e ? r = i : n = i + 1;
	}
	return t[n];
}
function cs(e, t, n, r, i, a) {
	let o = [r, i];
	for (; o.length;) {
		let r = o.pop() || 0, i = o.pop() || 0;
		if (r - i <= a && Math.floor(i / a) >= Math.floor(r / a)) continue;
		let s = e[i], c = e[i + r >> 1], l = e[r], u = s > c == s > l ? c < s == c < l ? l : c : s, d = i - 1, f = r + 1;
		for (;;) {
			do
				d++;
			while (e[d] < u);
			do
				f--;
			while (e[f] > u);
			if (d >= f) break;
			ls(e, t, n, d, f);
		}
		o.push(i, f, f + 1, r);
	}
}
function ls(e, t, n, r, i) {
	let a = e[r];
	e[r] = e[i], e[i] = a;
	let o = 4 * r, s = 4 * i, c = t[o], l = t[o + 1], u = t[o + 2], d = t[o + 3];
	t[o] = t[s], t[o + 1] = t[s + 1], t[o + 2] = t[s + 2], t[o + 3] = t[s + 3], t[s] = c, t[s + 1] = l, t[s + 2] = u, t[s + 3] = d;
	let f = n[r];
	n[r] = n[i], n[i] = f;
}
function us(e, t) {
	let n = e ^ t, r = 65535 ^ n, i = 65535 ^ (e | t), a = e & (t ^ 65535), o = n | r >> 1, s = n >> 1 ^ n, c = i ^ (i >> 1 ^ r & a >> 1), l = a ^ (n & i >> 1 ^ a >> 1);
	return n = o & o >> 2 ^ s & s >> 2, r = o & s >> 2 ^ s & (o ^ s) >> 2, i = c ^ (o & c >> 2 ^ s & l >> 2), a = l ^ (s & c >> 2 ^ (o ^ s) & l >> 2), o = n & n >> 4 ^ r & r >> 4, s = n & r >> 4 ^ r & (n ^ r) >> 4, c = i ^ (n & i >> 4 ^ r & a >> 4), l = a ^ (r & i >> 4 ^ (n ^ r) & a >> 4), i = c ^ (o & c >> 8 ^ s & l >> 8), a = l ^ (s & c >> 8 ^ (o ^ s) & l >> 8), i ^= i >> 1, a ^= a >> 1, n = e ^ t, r = a | 65535 ^ (n | i), n = (n | n << 8) & 16711935, n = (n | n << 4) & 252645135, n = (n | n << 2) & 858993459, n = (n | n << 1) & 1431655765, r = (r | r << 8) & 16711935, r = (r | r << 4) & 252645135, r = (r | r << 2) & 858993459, r = (r | r << 1) & 1431655765, ((r << 1 | n) >>> 0) - 2147483648;
}
// map/places.ts
var ds = class {
	constructor(e, t) {
		this.plan = e;
		let { size: n, x: r, y: i, radius: a } = e;
		this.seats = fs(n, (e) => {
			let [t, n, o] = [
				r[e] ?? 0,
				i[e] ?? 0,
				a[e] ?? 0
			];
			return {
				minX: t - o,
				minY: n - o,
				maxX: t + o,
				maxY: n + o
			};
		}), this.words = fs(t.length, (e) => {
			let { x: n, y: r } = t[e] ?? {
				x: 0,
				y: 0
			};
			return {
				minX: n,
				minY: r,
				maxX: n,
				maxY: r
			};
		});
	}
	within({ minX: e, minY: t, maxX: n, maxY: r }) {
		let i = this.seats?.search(e, t, n, r) ?? [], { category: a, categories: o } = this.plan, s = new Uint32Array(o.length + 1);
		for (let e of i) s[(a[e] ?? 0) + 1] += 1;
		for (let e = 1; e < s.length; e += 1) s[e] += s[e - 1];
		let c = new Uint32Array(i.length);
		for (let e of i) c[s[a[e] ?? 0]++] = e;
		return c;
	}
	wordsWithin({ minX: e, minY: t, maxX: n, maxY: r }) {
		return this.words?.search(e, t, n, r) ?? [];
	}
	at(e, t, n) {
		let r = this.seats?.search(e - n, t - n, e + n, t + n) ?? [], i, a = Infinity;
		for (let o of r) {
			let r = Math.hypot((this.plan.x[o] ?? 0) - e, (this.plan.y[o] ?? 0) - t) - (this.plan.radius[o] ?? 0);
			r <= n && r < a && (a = r, i = o);
		}
		return i;
	}
};
function fs(e, t) {
	if (e === 0) return;
	let n = new os(e, 16, Float32Array);
	for (let r = 0; r < e; r += 1) {
		let { minX: e, minY: i, maxX: a, maxY: o } = t(r);
		n.add(e, i, a, o);
	}
	return n.finish(), n;
}
// map/words.ts
var ps = 2.4, ms = 1.6;
function hs(e) {
	let t = [];
	for (let { number: n, first: r, end: i } of e.rows) {
		if (n === "" || r === i) continue;
		let a = vs(e, r, i);
		2 < i - r && ys(e, r, i, a) > ms ? t.push({
			...a,
			text: n
		}) : (t.push({
			..._s(e, r, r + 1 < i ? r + 1 : r, -1),
			text: n
		}), r + 1 < i && t.push({
			..._s(e, i - 1, i - 2, 1),
			text: n
		}));
	}
	return t;
}
function gs({ x: e, y: t }, n) {
	return {
		x: e[n] ?? 0,
		y: t[n] ?? 0
	};
}
function _s(e, t, n, r) {
	let i = gs(e, t), a = gs(e, n), o = Math.hypot(i.x - a.x, i.y - a.y), s = ps * (e.radius[t] ?? 0);
	if (o === 0) return {
		x: i.x + r * s,
		y: i.y
	};
	let c = s / o;
	return {
		x: i.x + (i.x - a.x) * c,
		y: i.y + (i.y - a.y) * c
	};
}
function vs(e, t, n) {
	let r = {
		x: 0,
		y: 0
	};
	for (let i = t; i < n; i += 1) r.x += e.x[i] ?? 0, r.y += e.y[i] ?? 0;
	return {
		x: r.x / (n - t),
		y: r.y / (n - t)
	};
}
function ys(e, t, n, r) {
	let i = Infinity;
	for (let a = t; a < n; a += 1) {
		let t = gs(e, a);
		i = Math.min(i, Math.hypot(t.x - r.x, t.y - r.y) / (e.radius[a] || 1));
	}
	return i;
}
// map/sheet.ts
var bs = 256, xs = 3, Ss = 8, Cs = 14, ws = 5, Ts = 4, Es = 16, Ds = 24, Os = 900, ks = 40, As = class extends co {
	constructor(e) {
		super({
			tileSize: bs,
			keepBuffer: 1,
			updateWhenZooming: !1
		}), this.make = e;
	}
	createTile(e, t) {
		return this.make(e, t);
	}
}, js = class {
	constructor(e, t, n, r) {
		this.container = e, this.plan = t, this.house = n, this.events = r, this.tiles = /* @__PURE__ */ new Map(), this.queue = /* @__PURE__ */ new Set(), this.marks = /* @__PURE__ */ new Map(), this.fades = /* @__PURE__ */ new Map(), this.base = 1, this.frame = 0, this.ready = new Promise((e) => this.painted = e), this.palette = Ps(e), this.looks = this.looksNow(), this.words = hs(t), this.places = new ds(t, this.words), this.radius = t.size > 0 ? t.radius[0] ?? 10 : 10, this.drawings = t.drawings.map((e) => ({
			drawing: e,
			bounds: $t(e)
		})), this.crs = Qn.extend({}, rr.Simple, { transformation: new sr(1, 0, 1, 0) }), this.map = new Z(e, {
			crs: this.crs,
			attributionControl: !1,
			zoomControl: !1,
			fadeAnimation: !1,
			doubleClickZoom: !1,
			maxBoundsViscosity: .8,
			wheelPxPerZoomLevel: 90
		}), this.layer = this.makeLayer(), this.fit(), this.layer.addTo(this.map), this.listen();
	}
	fit() {
		let { minX: e, minY: t, maxX: n, maxY: r } = this.plan.bounds, i = this.map.getSize(), a = Math.min(i.x / (n - e), i.y / (r - t));
		this.base = Number.isFinite(a) && 0 < a ? a : 1, this.crs.transformation = new sr(this.base, 0, this.base, 0);
		let o = Math.ceil(Math.log2(Cs / (this.radius * this.base)));
		this.map.setMinZoom(0), this.map.setMaxZoom(Math.max(0, o)), this.map.setMaxBounds([[t, e], [r, n]]);
		let s = new z((t + r) / 2, (e + n) / 2);
		this.map.setView(s, 0, { animate: !1 }), this.layer.redraw(), this.placeMarks();
	}
	zoom(e) {
		this.map.setZoom(this.map.getZoom() + e);
	}
	show(e) {
		let t = this.latLng(e), n = this.map.getMaxZoom() - 1;
		this.map.getZoom() < n ? this.map.setView(t, Math.max(0, n)) : this.map.getBounds().pad(-.1).contains(t) || this.map.panTo(t);
	}
	resize() {
		if (this.container.clientWidth === 0 || this.container.clientHeight === 0) return;
		let e = this.map.getZoom() === 0;
		this.map.invalidateSize({
			animate: !1,
			pan: !e
		}), e && this.fit();
	}
	recolor() {
		this.palette = Ps(this.container), this.looks.splice(0, this.looks.length, ...this.looksNow());
		for (let e of this.tiles.values()) this.queue.add(e);
		this.wake();
	}
	change(e) {
		for (let t of this.tiles.values()) {
			let { bounds: n } = t;
			n && e.some((e) => this.isIn(n, e)) && this.queue.add(t);
		}
		for (let t of e) this.house.isOpen(t) || this.fade(t);
		this.wake();
	}
	mark(e, t) {
		let n = new Set(t);
		for (let [t, r] of this.marks) r.mark !== e || n.delete(r.seat) || (r.marker.remove(), this.marks.delete(t));
		for (let t of n) {
			let n = this.marker(t, this.markIcon(e));
			this.marks.set(`${e}-${t}`, {
				seat: t,
				mark: e,
				marker: n
			});
		}
	}
	destroy() {
		cancelAnimationFrame(this.frame), this.map.remove();
	}
	looksNow() {
		return jo(this.plan.categories.map(({ color: e }) => Is(e)), this.palette);
	}
	makeLayer() {
		let e = new As((e, t) => {
			let n = Wi.create("canvas", "leaflet-tile"), r = Math.min(xs, window.devicePixelRatio || 1);
			n.width = bs * r, n.height = bs * r;
			let i = {
				canvas: n,
				coords: e,
				done: t
			};
			return this.tiles.set(n, i), this.queue.add(i), this.wake(), n;
		});
		return e.on("tileunload", ({ tile: e }) => {
			let t = this.tiles.get(e);
			t && this.queue.delete(t), this.tiles.delete(e);
		}), e;
	}
	listen() {
		let { map: e, events: t } = this;
		e.on("click", (e) => this.click(e)), e.on("mousemove", (e) => {
			let n = this.seatAt(e.latlng, Ts);
			this.container.classList.toggle("over", n !== void 0 && this.isLarge()), t.hover(n, e.containerPoint.x, e.containerPoint.y);
		}), e.on("mouseout movestart zoomstart", () => t.hover(void 0, 0, 0)), e.on("zoomstart", () => {
			for (let e of this.fades.keys()) this.endFade(e);
		}), e.on("zoomend", () => this.placeMarks());
	}
	click({ latlng: e }) {
		let t = this.seatAt(e, 8);
		this.isLarge() ? t !== void 0 && this.events.pick(t) : this.map.setView(e, Math.min(this.map.getMaxZoom(), this.map.getZoom() + 2));
	}
	seatAt({ lat: e, lng: t }, n) {
		return this.places.at(t, e, n / this.scale());
	}
	isLarge() {
		return ws <= this.radius * this.scale() || this.map.getZoom() === this.map.getMaxZoom();
	}
	scale(e = this.map.getZoom()) {
		return this.base * 2 ** e;
	}
	latLng(e) {
		return new z(this.plan.y[e] ?? 0, this.plan.x[e] ?? 0);
	}
	wake() {
		this.frame === 0 && (this.frame = requestAnimationFrame(() => this.work()));
	}
	work() {
		this.frame = 0;
		let e = performance.now() + Ss;
		for (let t of this.queue) if (this.queue.delete(t), this.paint(t), e <= performance.now()) break;
		0 < this.queue.size ? this.wake() : this.painted?.();
	}
	paint(e) {
		let { canvas: t, coords: n } = e, r = t.getContext("2d", { willReadFrequently: !0 });
		if (!r) throw Error("this browser has no canvas");
		let i = this.scale(n.z), a = n.x * bs / i, o = n.y * bs / i, s = bs / i;
		e.bounds ??= {
			minX: a,
			minY: o,
			maxX: a + s,
			maxY: o + s
		}, e.content ??= this.content(e.bounds, i);
		let c = t.width / bs, { plan: l, house: u, looks: d, palette: f } = this, p = {
			plan: l,
			open: u.open,
			looks: d,
			palette: f
		};
		qo(r, e.content, p, {
			left: a,
			top: o,
			scale: i * c,
			density: c
		}), e.done?.(void 0, t), e.done = void 0;
	}
	content(e, t) {
		let n = Ms(e, ks / t);
		return {
			seats: this.places.within(Ms(e, 2 / t)),
			words: this.places.wordsWithin(n).flatMap((e) => this.words[e] ?? []),
			drawings: this.drawings.filter(({ bounds: e }) => Ns(e, n)).map(({ drawing: e }) => e)
		};
	}
	isIn({ minX: e, minY: t, maxX: n, maxY: r }, i) {
		let [a, o, s] = [
			this.plan.x[i] ?? 0,
			this.plan.y[i] ?? 0,
			this.plan.radius[i] ?? 0
		];
		return e <= a + s && a - s <= n && t <= o + s && o - s <= r;
	}
	marker(e, t) {
		let n = {
			icon: t,
			interactive: !1,
			keyboard: !1,
			zIndexOffset: 100
		};
		return new Va(this.latLng(e), n).addTo(this.map);
	}
	markIcon(e) {
		let t = Math.max(Es, Math.round(2.5 * this.radius * this.scale()));
		return new so({
			className: `mark ${e}`,
			iconSize: [t, t]
		});
	}
	placeMarks() {
		for (let { mark: e, marker: t } of this.marks.values()) t.setIcon(this.markIcon(e));
	}
	fade(e) {
		let t = this.latLng(e), n = this.radius * this.scale();
		if (!(1 <= n && this.map.getBounds().contains(t)) || Ds <= this.fades.size || this.fades.has(e)) return;
		let r = Math.max(6, Math.round(2 * n)), i = this.marker(e, new so({
			className: "fade",
			iconSize: [r, r]
		})), a = this.looks[this.plan.category[e] ?? 0], o = i.getElement();
		o && a && (o.style.backgroundColor = No(a.fill)), this.fades.set(e, i), setTimeout(() => this.endFade(e), Os);
	}
	endFade(e) {
		this.fades.get(e)?.remove(), this.fades.delete(e);
	}
};
function Ms({ minX: e, minY: t, maxX: n, maxY: r }, i) {
	return {
		minX: e - i,
		minY: t - i,
		maxX: n + i,
		maxY: r + i
	};
}
function Ns(e, t) {
	return e.minX <= t.maxX && t.minX <= e.maxX && e.minY <= t.maxY && t.minY <= e.maxY;
}
function Ps(e) {
	let t = getComputedStyle(e), n = (e, t) => Mo(Is(e)) ?? t;
	return {
		ink: n(t.color, [
			0,
			0,
			0
		]),
		soft: n(t.outlineColor, [
			90,
			90,
			90
		]),
		paper: n(t.backgroundColor, [
			255,
			255,
			255
		]),
		line: n(t.borderTopColor, [
			200,
			200,
			200
		])
	};
}
var Fs;
function Is(e) {
	return Fs ??= document.createElement("canvas").getContext("2d"), Fs ? (Fs.fillStyle = "#000", Fs.fillStyle = e, Fs.fillStyle) : e;
}
// map/swatch.ts
function Ls(e) {
	return Te`<path d=${Rs(e)} fill=${No(e.fill)} />`;
}
function Rs({ shape: e }) {
	let t = [];
	return Ro({
		moveTo: (e, n) => t.push(`M${e} ${n}`),
		lineTo: (e, n) => t.push(`L${e} ${n}`),
		closePath: () => t.push("Z"),
		rect: (e, n, r, i) => t.push(`M${e} ${n}h${r}v${i}h${-r}Z`),
		arc: (e, n, r, i, a) => {
			for (let o of [(i + a) / 2, a]) t.push(`A${r} ${r} 0 0 1 ${e + r * Math.cos(o)} ${n + r * Math.sin(o)}`);
		}
	}, e, 0, 0, 8), t.join("");
}
// map/tree.ts
function zs(e, t, n, r) {
	let { zone: i, row: a } = n;
	return a === void 0 ? i === void 0 ? Ys(e, t, r) : [...qs(e) ? [] : [Js("All sections")], ...Xs(e, t, i, r)] : [Js(`Rows of ${Ks(e, e.rows[a]?.zone ?? 0)}`), ...Zs(e, t, a, r)];
}
function Bs(e) {
	return qs(e) ? { zone: e.zones.findIndex(({ first: e, end: t }) => e < t) } : {};
}
function Vs(e, t) {
	return t.row === void 0 ? Bs(e) : { zone: t.zone };
}
function Hs(e, { zone: t, row: n }) {
	if (t === void 0) return "Sections";
	let r = Ks(e, t);
	return n === void 0 ? r : `${r}, ${Gs(e, n)}`;
}
function Us(e, t) {
	let n = e.rows[e.row[t] ?? 0]?.number ?? "", r = e.numbers[t] ?? "";
	return n !== "" && n.length <= 3 && r !== "" && /\D$/.test(n) ? `${n}${r}` : e.labels[t] ?? "";
}
function Ws(e, t) {
	let [n, ...r] = t, i = r.at(-1);
	if (n === void 0) return "";
	if (i === void 0) return Us(e, n);
	let a = t.every((e, t) => e === n + t), o = e.numbers[i] ?? "";
	return a && o !== "" ? `${Us(e, n)}–${o}` : t.map((t) => Us(e, t)).join(", ");
}
function Gs(e, t) {
	let { first: n, end: r, number: i, zone: a } = e.rows[t] ?? {
		first: 0,
		end: 0,
		number: "",
		zone: 0
	}, o = n < r ? e.labels[n] ?? "" : "", s = e.zones[a]?.name.length ?? 0, c = o.slice(s === 0 ? 0 : s + 2, o.lastIndexOf(", ")), l = c === "" || !o.includes(", ") ? i : c;
	return l === "" ? "Row" : l.charAt(0).toUpperCase() + l.slice(1);
}
function Ks(e, t) {
	let n = e.zones[t]?.name ?? "";
	return n === "" ? "Seats" : n;
}
function qs(e) {
	return e.zones.filter(({ first: e, end: t }) => e < t).length === 1;
}
function Js(e) {
	return {
		kind: "back",
		at: 0,
		label: e,
		note: "",
		chosen: !1
	};
}
function Ys(e, t, n) {
	return e.zones.flatMap(({ first: r, end: i }, a) => {
		let o = 0, s = !1, c = /* @__PURE__ */ new Set();
		for (let a = r; a < i; a += 1) {
			let r = Qs(e, t, a, n);
			o += r.open, s ||= r.chosen;
			for (let e of r.categories) c.add(e);
		}
		if (o === 0) return [];
		let l = `${o} free · ${$s(c, n)}`;
		return [{
			kind: "zone",
			at: a,
			label: Ks(e, a),
			note: l,
			chosen: s
		}];
	});
}
function Xs(e, t, n, r) {
	let { first: i, end: a } = e.zones[n] ?? {
		first: 0,
		end: 0
	}, o = [];
	for (let n = i; n < a; n += 1) {
		let { open: i, chosen: a, categories: s } = Qs(e, t, n, r);
		if (i === 0) continue;
		let c = `${i} free · ${$s(s, r)}`;
		o.push({
			kind: "row",
			at: n,
			label: Gs(e, n),
			note: c,
			chosen: a
		});
	}
	return o;
}
function Zs(e, t, n, r) {
	let { first: i, end: a } = e.rows[n] ?? {
		first: 0,
		end: 0
	}, o = [];
	for (let n = i; n < a; n += 1) {
		if (!t.isOpen(n)) continue;
		let i = e.category[n] ?? 0, a = `${e.categories[i]?.name ?? ""} · ${r.price(i)}`, s = `Seat ${e.numbers[n] || (e.ids[n] ?? "")}`;
		o.push({
			kind: "seat",
			at: n,
			label: s,
			note: a,
			chosen: r.isChosen(n)
		});
	}
	return o;
}
function Qs(e, t, n, r) {
	let { first: i, end: a } = e.rows[n] ?? {
		first: 0,
		end: 0
	}, o = /* @__PURE__ */ new Set(), s = !1;
	for (let n = i; n < a; n += 1) t.isOpen(n) && o.add(e.category[n] ?? 0), s ||= r.isChosen(n);
	return {
		open: t.openInRow[n] ?? 0,
		chosen: s,
		categories: o
	};
}
function $s(e, t) {
	return [...new Set([...e].sort((e, t) => e - t).map((e) => t.price(e)))].join(", ");
}
// shared/reach.ts
function ec() {
	let e = (nc("usher-nodes") ?? "").split(" ").filter((e) => e !== "");
	return [.../* @__PURE__ */ new Set([location.origin, ...e])];
}
function tc(e, t = ec()) {
	return yn({
		endpoints: t,
		...e
	});
}
function nc(e) {
	return document.querySelector(`meta[name="${e}"]`)?.content;
}
// shared/words.ts
function rc(e, t) {
	let n = new Intl.NumberFormat(void 0, {
		style: "currency",
		currency: t
	}), r = n.resolvedOptions().maximumFractionDigits ?? 2;
	return n.format(e / 10 ** r);
}
function ic(e) {
	return new Intl.DateTimeFormat(void 0, {
		weekday: "short",
		day: "numeric",
		month: "long",
		year: "numeric",
		hour: "2-digit",
		minute: "2-digit",
		timeZoneName: "short"
	}).format(new Date(e));
}
function ac(e, t, n = `${t}s`) {
	return `${e.toLocaleString()} ${e === 1 ? t : n}`;
}
function oc(e) {
	let { says: t, next: n } = sc(e);
	return `${t} ${n}`;
}
function sc(e) {
	return e instanceof mn ? cc(e.problem) : {
		says: "We can't reach the ticket office right now.",
		next: "Nothing was charged. Check your connection and try again."
	};
}
function cc(e) {
	switch (e.code) {
		case "seat_unavailable": return lc(e.conflicts.length, e.areas?.length ?? 0);
		case "orphan_seat": return {
			says: "That would leave a single seat that hardly anybody can use.",
			next: "Move your choice by one seat, so that no single one is left between taken seats."
		};
		case "too_many_seats": return {
			says: `You can hold at most ${ac(e.max, "seat")} of this show at a time.`,
			next: "Take some out of your choice; you can buy again after this purchase."
		};
		case "too_many_bookings": return {
			says: `One person can have at most ${ac(e.max, "booking")} of this show.`,
			next: "Your bookings are under “My bookings”."
		};
		case "user_has_active_hold": return {
			says: "You are holding other seats already, and one can hold seats only once at a time.",
			next: "Go on to pay for those, or let them go first."
		};
		case "sale_not_open": return {
			says: "This show is not on sale right now.",
			next: "The show's page says when its sale opens."
		};
		case "show_cancelled": return {
			says: "This show has been cancelled.",
			next: "Whoever paid for seats gets the money back without asking."
		};
		case "hold_expired": return {
			says: "The time to pay for these seats is over, and they are on sale again.",
			next: "Nothing was charged. Choose your seats again."
		};
		case "hold_not_active": return {
			says: "These seats are no longer held for you.",
			next: "They were booked or let go, perhaps in another window. Look under “My bookings”."
		};
		case "payment_already_open": return {
			says: "You have begun to pay for these seats already.",
			next: "Go on with that payment, or end it and pay another way."
		};
		case "payment_not_open": return {
			says: "That payment has ended.",
			next: "Reload this page to see what became of it."
		};
		case "booking_not_active": return {
			says: "This booking has been cancelled.",
			next: "What was paid for it goes back to where it came from."
		};
		case "gateway_error": return {
			says: "The payment service did not answer.",
			next: "Nothing was charged. Try again, or choose another way to pay."
		};
		case "rate_limited": return {
			says: "That was more than we can take from one visitor at a time.",
			next: "Wait a few seconds and try again."
		};
		case "overloaded": return {
			says: "Very many people are buying tickets at this moment.",
			next: "Nothing was done. Wait a few seconds and try again."
		};
		case "no_leader":
		case "not_ready":
		case "not_caught_up": return {
			says: "The ticket office is catching its breath.",
			next: "Nothing was done. Try again in a few seconds."
		};
		case "outcome_unknown": return {
			says: "We don't know yet whether that went through.",
			next: "Try again: it will not be done twice."
		};
		case "unauthenticated": return {
			says: "We no longer know who you are.",
			next: "Open this page again from your ticket shop."
		};
		case "forbidden": return {
			says: "That is not yours to do.",
			next: "If you think it should be, ask your ticket shop."
		};
		case "not_found": return {
			says: "We can't find that.",
			next: "The address may be mistyped, or belong to somebody else. Start from the shows."
		};
		case "invalid_request": return {
			says: `Something in that was not right: ${e.detail}.`,
			next: "Correct it and try again."
		};
		case "idempotency_key_reused": return {
			says: "That was mixed up with something you did before.",
			next: "Reload this page and try again."
		};
		case "internal": return {
			says: "Something broke on our side.",
			next: `Try again. If it stays broken, tell your ticket shop this number: ${e.instance}.`
		};
		case "invalid_signature":
		case "not_acceptable":
		case "body_too_large":
		case "unsupported_media_type":
		case "show_exists":
		case "already_initialized":
		case "refused": return {
			says: `That was refused: ${e.detail}.`,
			next: "Reload this page and try again."
		};
		default: return uc(e);
	}
}
function lc(e, t) {
	let n = "Nothing was held. Choose others; the map shows what is free now.";
	return e === 1 ? {
		says: "One of your seats has just gone to somebody else.",
		next: n
	} : e > 1 ? {
		says: `${e} of your seats have just gone to somebody else.`,
		next: n
	} : t > 0 ? {
		says: "There are not as many places left there.",
		next: n
	} : {
		says: "There are not as many seats left together.",
		next: n
	};
}
function uc(e) {
	let { detail: t } = e;
	return {
		says: `That was refused: ${t}.`,
		next: "Reload this page and try again."
	};
}
// map/element.ts
var dc = 20, $ = class extends We {
	constructor(...e) {
		super(...e), this.server = "", this.show = "", this.token = "", this.user = "", this.isHolding = !1, this.isLost = !1, this.view = "map", this.path = {}, this.said = "", this.choice = new tt(0), this.isStale = !1, this.dark = matchMedia("(prefers-color-scheme: dark)"), this.recolor = () => this.sheet?.recolor(), this.resized = new ResizeObserver(() => this.sheet?.resize());
	}
	static {
		this.styles = St;
	}
	async hold() {
		let e = [...this.choice.seats].flatMap((e) => this.known?.plan.ids[e] ?? []), t = [...this.choice.areas].map(([e, t]) => ({
			id: e,
			quantity: t
		}));
		if (e.length + t.length !== 0) return this.ask({
			...e.length > 0 && { seats: e },
			...t.length > 0 && { areas: t }
		});
	}
	async bestAvailable(e, t) {
		return this.ask({ best_available: {
			quantity: e,
			...t !== void 0 && { category: t }
		} });
	}
	clear() {
		this.choice.clear(), this.chosen("Nothing is chosen.");
	}
	drop(e) {
		let t = this.known?.plan.byId.get(e);
		t === void 0 ? this.choice.setArea(e, 0, 0) : this.choice.drop((e) => e === t), this.chosen("");
	}
	connectedCallback() {
		super.connectedCallback(), this.isStale = !0, this.dark.addEventListener("change", this.recolor), this.requestUpdate();
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this.dark.removeEventListener("change", this.recolor), this.stop();
	}
	willUpdate(e) {
		this.isStale ||= [
			"server",
			"show",
			"token",
			"user"
		].some((t) => e.has(t)), e.has("limit") && this.limitChoice();
	}
	updated() {
		this.placeTip(), this.isStale && (this.isStale = !1, this.restart());
	}
	stop() {
		this.running?.abort(), this.resized.disconnect(), this.sheet?.destroy(), this.sheet = void 0;
	}
	async restart() {
		if (this.stop(), this.known = void 0, this.trouble = void 0, this.notice = void 0, this.choice.clear(), this.show === "") return;
		let { signal: e } = this.running = new AbortController();
		try {
			await this.run(e);
		} catch (t) {
			if (e.aborted) return;
			this.trouble = t, this.tell("usher-refused", t);
		}
	}
	async run(e) {
		let t = tc({}, this.endpoints()), n = await On(t, this.show, e), r = kn(t, n, e), [i, a, o] = await Promise.all([
			r,
			An(t, n, r, e),
			this.ownHold()
		]);
		if (e.aborted) return;
		let s = new nt(i, a.free);
		s.apply({
			seats: [],
			areas: a.areas
		}), this.known = {
			show: n,
			plan: i,
			house: s
		}, this.path = Bs(i), this.limitChoice(), o && this.takeHold(o), await this.updateComplete, 0 < i.size && await this.open(i, s), this.choice.count > 0 && this.chosen(""), await jt({
			endpoints: this.endpoints(),
			show: n.id,
			lastId: a.lastId,
			signal: e,
			connected: (e) => this.isLost = !e,
			take: (n) => this.take(n, t, e)
		});
	}
	async open(e, t) {
		let n = new js(this.container, e, t, {
			pick: (e) => this.toggle(e),
			hover: (e, t, n) => this.tip = e === void 0 ? void 0 : {
				seat: e,
				x: t,
				y: n
			}
		});
		this.sheet = n, this.resized.observe(this.container), this.mark(), this.requestUpdate(), await n.ready, performance.mark("usher-seat-map"), this.tell("usher-ready", void 0);
	}
	endpoints() {
		let e = this.server.split(/\s+/).filter((e) => e !== "");
		return e.length > 0 ? e.map((e) => new URL(e, location.href).origin) : ec();
	}
	client() {
		return tc({
			...this.token !== "" && { token: this.token },
			...this.user !== "" && { user: this.user }
		}, this.endpoints());
	}
	async ownHold() {
		if (this.token !== "" || this.user !== "") try {
			return await bn(this.client().GET("/v1/me/hold", { params: { query: { consistency: "linearizable" } } }));
		} catch (e) {
			if (e instanceof mn && e.is("not_found")) return;
			this.tell("usher-refused", e);
			return;
		}
	}
	async take(e, t, n) {
		let { known: r } = this;
		if (r) {
			if (e.event === "reset") {
				let e = await An(t, r.show, r.plan, n);
				return e.lastId === "" ? void 0 : (r.house.apply({
					seats: [],
					areas: e.areas
				}), this.changed(r.house.replace(e.free)), e.lastId);
			}
			(e.event === "snapshot" || e.event === "seats") && this.changed(r.house.apply(JSON.parse(e.data)));
		}
	}
	changed(e) {
		this.sheet?.change(e), this.requestUpdate(), this.lose();
	}
	async lose() {
		let { known: e, choice: t } = this;
		if (!e || this.isHolding) return;
		let { house: n } = e, r = (e) => !n.isOpen(e);
		if (this.limitAreas(), ![...t.seats].some(r)) return;
		let i = await this.ownHold();
		if (this.known !== e) return;
		i && this.own(i);
		let a = new Set(t.seats), o = t.drop(r);
		o.length > 0 && this.mourn(e, o, a);
	}
	mourn({ plan: e, house: t }, n, r) {
		let { choice: i } = this, a = /* @__PURE__ */ new Set();
		for (let o of n) {
			let n = e.row[o], s = [...r].filter((t) => e.row[t] === n).length, c = et(e, o, s, (e) => t.isOpen(e), (e) => i.seats.has(e));
			for (let e of c) a.add(e);
			let l = {
				seat: this.seat(o),
				instead: c.map((e) => this.seat(e))
			};
			this.tell("usher-lost", l);
		}
		let o = `${n.map((t) => Us(e, t)).join(", ")} just went`, s = [...a].sort((e, t) => e - t).slice(0, i.left), c = Ws(e, s);
		this.notice = {
			text: s.length > 0 ? `${o}: try ${c}.` : `${o}. Nothing is free beside it.`,
			...s.length > 0 && { action: {
				label: `Take ${c}`,
				run: () => this.takeAll(s)
			} }
		}, this.chosen("");
	}
	takeAll(e) {
		for (let t of e) this.choice.seats.has(t) || this.choice.toggle(t, this.known?.house.isOpen(t) ?? !1);
		this.notice = void 0, this.chosen(`${e.length === 1 ? "1 seat" : `${e.length} seats`} added.`);
	}
	async ask(e) {
		let { known: t } = this;
		if (t && !this.isHolding) {
			this.isHolding = !0, this.notice = void 0;
			try {
				let n = await bn(this.client().POST("/v1/shows/{show}/holds", {
					params: { path: { show: t.show.id } },
					body: {
						...e,
						replace_active: !0
					}
				}));
				return this.known === t && (this.takeHold(n), this.chosen(`Held: ${n.seats.map((e) => e.label).join("; ")}`)), this.tell("usher-hold", n), n;
			} catch (e) {
				this.known === t && this.refused(t, e), this.tell("usher-refused", e);
				return;
			} finally {
				this.isHolding = !1, this.lose();
			}
		}
	}
	takeHold(e) {
		let { known: t } = this;
		t && e.show === t.show.id && (this.own(e), this.choice.set(t.house.own, e.areas.map(({ id: e, quantity: t }) => [e, t])));
	}
	own(e) {
		let { known: t } = this;
		if (!t || e.show !== t.show.id) return;
		let n = e.seats.flatMap(({ id: e }) => t.plan.byId.get(e) ?? []), r = e.areas.map(({ id: e, quantity: t }) => [e, t]);
		this.sheet?.change(t.house.hold(n, r)), this.mark();
	}
	refused({ plan: e, house: t }, n) {
		if (n instanceof mn) {
			if (n.is("seat_unavailable") && n.problem.conflicts.length > 0) {
				let e = n.problem.conflicts.map((e) => ({
					id: e,
					status: "unavailable"
				}));
				this.changed(t.apply({
					seats: e,
					areas: []
				}));
				return;
			}
			if (n.is("orphan_seat")) {
				this.notice = this.single(e, n.problem.seats), this.said = this.notice.text;
				return;
			}
		}
		this.notice = { text: oc(n) }, this.said = this.notice.text;
	}
	single(e, t) {
		let n = t.flatMap((t) => e.byId.get(t) ?? []), r = Ws(e, n), i = `That would leave ${r} single between taken seats. Take it too, or move along.`;
		return n.length === 0 || this.choice.left < n.length ? { text: i } : {
			text: i,
			action: {
				label: `Take ${r} too`,
				run: () => this.takeAll(n)
			}
		};
	}
	toggle(e) {
		let { known: t, choice: n } = this;
		if (!t) return;
		let { plan: r } = t, i = r.labels[e] ?? "";
		switch (n.toggle(e, t.house.isOpen(e))) {
			case "added": return this.notice = void 0, this.chosen(`${i} chosen.`);
			case "removed": return this.notice = void 0, this.chosen(`${i} let go.`);
			case "full":
				this.notice = { text: `At most ${n.max} at a time: let one go first.` };
				break;
			case "gone": this.notice = { text: `${i} is taken.` };
		}
		this.said = this.notice.text;
	}
	chosen(e) {
		this.mark(), this.said = [e, this.sum()].filter((e) => e !== "").join(" "), this.tell("usher-selection", this.selection()), this.requestUpdate();
	}
	mark() {
		let { known: e, choice: t, sheet: n } = this;
		if (!e || !n) return;
		let r = [...t.seats];
		n.mark("own", r.filter((t) => e.house.own.has(t))), n.mark("chosen", r.filter((t) => !e.house.own.has(t)));
	}
	setArea(e, t) {
		let n = this.placesLeft(e.id), r = this.choice.setArea(e.id, t, n);
		this.chosen(`${e.name}: ${r}.`);
	}
	placesLeft(e) {
		return this.known?.house.placesIn(e) ?? 0;
	}
	limitAreas() {
		for (let [e, t] of this.choice.areas) {
			let n = this.placesLeft(e);
			n < t && !this.isHolding && this.choice.setArea(e, n, n);
		}
	}
	limitChoice() {
		let e = this.known?.show.policy.seats_per_hold_max ?? 0;
		this.choice.max = Math.min(e, this.limit ?? e);
	}
	seat(e) {
		let { plan: t } = this.known, n = t.categories[t.category[e] ?? 0]?.name ?? "", r = this.price(n);
		return {
			id: t.ids[e] ?? "",
			label: t.labels[e] ?? "",
			category: n,
			price: r
		};
	}
	price(e) {
		return this.known?.show.prices[e] ?? 0;
	}
	selection() {
		let { known: e, choice: t } = this;
		if (!e) return {
			seats: [],
			areas: [],
			total: {
				amount: 0,
				currency: "EUR"
			}
		};
		let n = [...t.seats].map((e) => this.seat(e)), r = e.show.areas.flatMap(({ id: e, name: n, category: r }) => {
			let i = t.areas.get(e);
			return i === void 0 ? [] : [{
				id: e,
				name: n,
				quantity: i,
				price: this.price(r)
			}];
		});
		return {
			seats: n,
			areas: r,
			total: {
				amount: n.reduce((e, { price: t }) => e + t, 0) + r.reduce((e, { price: t, quantity: n }) => e + t * n, 0),
				currency: e.show.currency
			}
		};
	}
	sum() {
		let { amount: e, currency: t } = this.selection().total, { count: n } = this.choice;
		return n === 0 ? "" : `${n} chosen, ${rc(e, t)}.`;
	}
	tell(e, t) {
		this.dispatchEvent(new CustomEvent(e, {
			detail: t,
			bubbles: !0,
			composed: !0
		}));
	}
	render() {
		let e = this.known?.plan.size === 0;
		return x`
      <div class="frame ${e ? "seatless" : ""}" part="frame">
        <section
          class="list ${this.view === "list" ? "open" : ""}"
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
    `;
	}
	listView() {
		let { known: e } = this;
		if (!e) return S;
		let { plan: t, house: n, show: r } = e;
		return x`<usher-seat-list
      .items=${zs(t, n, this.path, {
			price: (e) => rc(this.price(t.categories[e]?.name ?? ""), r.currency),
			isChosen: (e) => this.choice.seats.has(e)
		})}
      heading=${Hs(t, this.path)}
      @step=${(e) => this.step(e.detail)}
      @look=${(e) => this.look(e.detail)}
    ></usher-seat-list>`;
	}
	step(e) {
		let { known: t } = this;
		if (t) {
			if (e.kind === "seat") return this.toggle(e.at);
			this.path = e.kind === "zone" ? { zone: e.at } : e.kind === "row" ? {
				...this.path,
				row: e.at
			} : Vs(t.plan, this.path), this.said = Hs(t.plan, this.path), this.updateComplete.then(() => this.list.enter());
		}
	}
	look(e) {
		let t = e?.kind === "seat" ? e.at : void 0;
		this.sheet?.mark("focus", t === void 0 ? [] : [t]), t !== void 0 && this.view === "map" && this.sheet?.show(t);
	}
	tools() {
		let e = (e, t) => x`<button
      type="button"
      aria-pressed=${this.view === e}
      @click=${() => this.view = e}
    >
      ${t}
    </button>`;
		return x`<div class="tools" part="tools" ?hidden=${this.known?.plan.size === 0}>
      <div class="views" role="group" aria-label="Show seats as">
        ${e("map", "Map")} ${e("list", "List")}
      </div>
      ${this.best()}
    </div>`;
	}
	best() {
		let e = Math.min(dc, this.choice.max), t = this.known?.plan.categories ?? [];
		return x`<form @submit=${this.wantBest}>
      <label>
        Seats
        <select name="quantity">
          ${Array.from({ length: e }, (e, t) => x`<option ?selected=${t === 1}>${t + 1}</option>`)}
        </select>
      </label>
      <label>
        Category
        <select name="category">
          <option value="">Any</option>
          ${t.map(({ name: e }) => x`<option value=${e}>${e}</option>`)}
        </select>
      </label>
      <button ?disabled=${e === 0 || this.isHolding}>Hold the best</button>
    </form>`;
	}
	wantBest(e) {
		e.preventDefault();
		let t = new FormData(e.target), n = String(t.get("category") ?? "");
		this.bestAvailable(Number(t.get("quantity")), n === "" ? void 0 : n);
	}
	mapView(e) {
		let t = (e, t, n) => x`<button type="button" aria-label=${e} title=${e} @click=${n}>${t}</button>`;
		return x`<div class="plan" part="map" ?hidden=${e}>
      <div
        class="map"
        role="group"
        aria-label="Seating plan. Arrow keys move it, plus and minus zoom. The list has the same seats."
      ></div>
      <div class="zoom" ?hidden=${!this.known}>
        ${t("Closer", "+", () => this.sheet?.zoom(1))}
        ${t("Further away", "−", () => this.sheet?.zoom(-1))}
        ${t("The whole hall", "⤢", () => this.sheet?.fit())}
      </div>
      ${this.tipView()} ${this.cover()}
    </div>`;
	}
	cover() {
		return this.trouble === void 0 ? this.known ? S : x`<div class="cover"><p>The seating plan is on its way…</p></div>` : x`<div class="cover">
        <p role="alert">${oc(this.trouble)}</p>
        <button type="button" @click=${() => this.restart()}>Try again</button>
      </div>`;
	}
	tipView() {
		let { known: e, tip: t } = this;
		if (!e || !t) return S;
		let { label: n, category: r, price: i } = this.seat(t.seat);
		return x`<div class="tip" part="tooltip" aria-hidden="true">
      <p><strong>${n}</strong></p>
      <p>${r} · ${this.choice.seats.has(t.seat) ? "chosen" : e.house.isOpen(t.seat) ? rc(i, e.show.currency) : "taken"}</p>
    </div>`;
	}
	placeTip() {
		let e = this.renderRoot.querySelector(".tip");
		if (!e || !this.tip) return;
		let { clientWidth: t, clientHeight: n } = this.container, r = n < this.tip.y + e.offsetHeight + 24, i = Math.max(4, Math.min(this.tip.x + 12, t - e.offsetWidth - 4)), a = r ? this.tip.y - e.offsetHeight - 12 : this.tip.y + 16;
		e.style.transform = `translate(${i}px, ${a}px)`;
	}
	legend() {
		let { known: e, sheet: t } = this;
		if (!e || !t) return S;
		let { plan: n, show: r } = e, i = "-10 -10 20 20";
		return x`<ul class="legend" part="legend" aria-label="What the map shows">
      ${n.categories.map(({ name: e }, n) => {
			let a = t.looks[n];
			return x`<li>
          <svg viewBox=${i} aria-hidden="true">${a ? Ls(a) : S}</svg>
          <span>${e} <span class="price">${rc(this.price(e), r.currency)}</span></span>
        </li>`;
		})}
      <li>
        <svg viewBox=${i} aria-hidden="true">
          ${Te`<path d="M-4-4 4 4M4-4-4 4" stroke="currentColor" stroke-width="2" opacity=".6" />`}
        </svg>
        taken
      </li>
      <li>
        <svg viewBox=${i} aria-hidden="true">
          ${Te`<path d="M0-8a8 8 0 1 0 .01 0M-4 0l3 3.5 5-7" fill="none" stroke="currentColor" stroke-width="2" />`}
        </svg>
        chosen
      </li>
    </ul>`;
	}
	areas() {
		let { known: e } = this;
		return !e || e.show.areas.length === 0 ? S : x`<section class="areas" part="areas" aria-label="Places without seats">
      ${e.show.areas.map((t) => this.area(e, t))}
    </section>`;
	}
	area({ show: e }, t) {
		let n = this.choice.areas.get(t.id) ?? 0, r = this.placesLeft(t.id), i = this.choice.left === 0 || r <= n;
		return x`<div class="area" role="group" aria-label=${t.name}>
      <span>
        <strong>${t.name}</strong>
        <span class="price">${rc(this.price(t.category), e.currency)} · ${r} left</span>
      </span>
      <span class="stepper">
        <button
          type="button"
          aria-label="One fewer: ${t.name}"
          ?disabled=${n === 0}
          @click=${() => this.setArea(t, n - 1)}
        >
          −
        </button>
        <output>${n}</output>
        <button
          type="button"
          aria-label="One more: ${t.name}"
          ?disabled=${i}
          @click=${() => this.setArea(t, n + 1)}
        >
          +
        </button>
      </span>
    </div>`;
	}
	noticeView() {
		let { notice: e } = this, t = this.closed();
		if (!e && t === "" && !this.isLost) return S;
		let n = t === "" ? "Live changes are interrupted; trying again." : t;
		return x`<div class="notice" part="notice">
      <p>${e?.text ?? n}</p>
      ${e?.action ? x`<button type="button" @click=${e.action.run}>${e.action.label}</button>` : S}
      ${e ? x`<button type="button" @click=${() => this.notice = void 0}>OK</button>` : S}
    </div>`;
	}
	closed() {
		let e = this.known?.show;
		switch (e?.status) {
			case "cancelled": return "This show is cancelled.";
			case "closed": return "The sale is over.";
			case "scheduled": {
				let t = e.sale.opens_at;
				return t ? `The sale begins on ${ic(t)}.` : "The sale has not begun.";
			}
			default: return "";
		}
	}
	choiceView() {
		let { known: e, choice: t } = this;
		if (!e) return S;
		let { total: n } = this.selection();
		return x`<section class="choice" part="selection" aria-label="Your choice">
      ${t.count > 0 ? this.chosenList(e) : S}
      <p class="total">
        ${t.count === 0 ? x`Choose up to ${t.max}.` : x`<strong>${rc(n.amount, n.currency)}</strong> for ${t.count} of at most
              ${t.max}`}
      </p>
      <slot name="hold">
        <button
          type="button"
          class="primary"
          part="hold"
          ?disabled=${t.count === 0 || this.isHolding}
          @click=${() => this.hold()}
        >
          ${t.count === 1 ? "Hold it" : "Hold them"}
        </button>
      </slot>
    </section>`;
	}
	chosenList({ plan: e }) {
		return x`<ul role="list" aria-label="Chosen seats">
      ${[...this.choice.seats].map((t) => {
			let n = e.labels[t] ?? "", r = `Let go of ${n}`;
			return x`<li>
          <button type="button" aria-label=${r} title=${r} @click=${() => this.toggle(t)}>
            ${n} <span aria-hidden="true">×</span>
          </button>
        </li>`;
		})}
    </ul>`;
	}
};
C([Ye()], $.prototype, "server", void 0), C([Ye()], $.prototype, "show", void 0), C([Ye()], $.prototype, "token", void 0), C([Ye()], $.prototype, "user", void 0), C([Ye({ type: Number })], $.prototype, "limit", void 0), C([Xe()], $.prototype, "known", void 0), C([Xe()], $.prototype, "trouble", void 0), C([Xe()], $.prototype, "notice", void 0), C([Xe()], $.prototype, "isHolding", void 0), C([Xe()], $.prototype, "isLost", void 0), C([Xe()], $.prototype, "view", void 0), C([Xe()], $.prototype, "path", void 0), C([Xe()], $.prototype, "tip", void 0), C([Xe()], $.prototype, "said", void 0), C([Qe(".map")], $.prototype, "container", void 0), C([Qe("usher-seat-list")], $.prototype, "list", void 0), $ = C([Ke("seat-map")], $);
export { $ as SeatMap };
