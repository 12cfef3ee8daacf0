// A real OpenID provider for the tests, on loopback: whoever signs in is called what they type as their login.
// Arguments: port, address of the program, seconds that an identity token lives.
import { Provider } from 'oidc-provider';

const [port, program, lifetime] = process.argv.slice(2);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'monitoring',
    client_secret: 'a secret of the tests alone, not of any installation',
    redirect_uris: [`${program}oauth2callback`],
    post_logout_redirect_uris: [`${program}oauth2callback`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  // As Keycloak and its like do, the identity token itself says who it is about.
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ['cookies of the tests'] },
  ttl: { IdToken: Number(lifetime), Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 600, AuthorizationCode: 60 },
  findAccount: (_context, login) => ({
    accountId: login,
    claims: () => ({ sub: login, email: login, email_verified: !login.startsWith('unverified'), name: login }),
  }),
});

provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
