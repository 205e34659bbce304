// Only the way to chart.js, for this text is sent with every chart. Streamlit's own script says where the app is.
const app = new URL("../../component/FOLDER/", document.querySelector('script[src*="/static/js/"]').src);
const chart = import(new URL("chart.js?VERSION", app));
export default async (component) => (await chart).default(component);
