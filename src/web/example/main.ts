import "../map/element.js";
