window.theme = "a theme's own script";
__EMBED__;
window.last = true;
