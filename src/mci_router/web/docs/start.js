// The API's documentation: Swagger UI, which keeps a key no longer than this page is open.

localStorage.removeItem("authorized"); // where earlier versions of this page kept the key
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#documentation",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  persistAuthorization: false, // true would write the key into localStorage
  validatorUrl: null, // the contract is sent nowhere to be judged
});
